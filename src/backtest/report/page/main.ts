/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { readPalette } from '../../../charts/palette.ts';
import type { StreamView } from './streamView.ts';
import { streamView } from './streamView.ts';

const PRINTED_WIDTH = 800; // CSS pixels; the style sheet fits it to the paper

const views = new Map<Element, StreamView>();
let palette = readPalette();

/** The view of a section, drawn when it is first needed: a page of many streams opens at once. */
function viewOf(section: Element): StreamView {
  const view =
    views.get(section) ??
    streamView(
      section,
      () => palette,
      (zoomed) => {
        section.querySelector<HTMLButtonElement>('.reset')!.disabled = !zoomed;
      },
    );
  views.set(section, view);
  return view;
}

/** Zooms the chart of a section to the records that an element names. */
function showRecords(section: Element, { first, last, peak = first, dimension }: DOMStringMap): void {
  const chosen = section.querySelector<HTMLSelectElement>('.dimension');
  if (chosen !== null && dimension !== undefined) {
    chosen.value = dimension;
    viewOf(section).showDimension(Number(dimension));
  }
  viewOf(section).zoomTo(Number(first), Number(last), Number(peak));
}

function redrawAll(): void {
  palette = readPalette();
  for (const view of views.values()) view.redraw();
}

const sections = [...document.querySelectorAll('.stream:has(.chart)')];

const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      viewOf(target.closest('.stream')!);
      resized.observe(target);
    }
  },
  { rootMargin: '300px' },
);
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) viewOf(target.closest('.stream')!).resize(target.clientWidth);
});

for (const section of sections) {
  seen.observe(section.querySelector('.chart')!);

  section.addEventListener('click', (event) => {
    const target = event.target as Element;
    if (target.closest('.reset') !== null) viewOf(section).reset();
    if (target.closest('button.ahead') !== null) viewOf(section).zoomToFan();
    const span = target.closest<HTMLElement>('[data-first]');
    if (span === null) return;
    showRecords(section, span.dataset);
    section.querySelector('.readout')!.scrollIntoView({ block: 'nearest' });
  });

  section.addEventListener('change', (event) => {
    const target = event.target as HTMLSelectElement;
    if (target.matches('.dimension')) viewOf(section).showDimension(Number(target.value));
  });

  section.querySelector<HTMLElement>('.chart')!.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const view = viewOf(section);
    const far = event.shiftKey ? 10 : 1;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => view.step(-far),
      ArrowRight: () => view.step(far),
      '+': () => view.scale(0.5),
      '=': () => view.scale(0.5),
      '-': () => view.scale(2),
      '0': () => view.reset(),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

/** Brings the chart that the address names to the records that it names: `#stream-3:120-180`. */
function goToPlace(): void {
  const [, id = '', first, last] = /^#(stream-\d+):(\d+)-(\d+)$/.exec(location.hash) ?? [];
  const section = sections.find((each) => each.id === id);
  if (section === undefined) return;
  const row = section.querySelector<HTMLElement>(`tr[data-first="${first}"]`);
  section.scrollIntoView({ block: 'start' });
  showRecords(section, { first, last, ...row?.dataset });
}
addEventListener('hashchange', goToPlace);
goToPlace();
// A link that was followed before is to lead back as well.
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#stream-"]');
  if (link !== null && link.hash === location.hash) goToPlace();
});

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);

let folded: readonly HTMLDetailsElement[] = [];

addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll<HTMLDetailsElement>('main details:not([open])')];
  for (const details of folded) details.open = true;
  document.documentElement.classList.add('printing');
  palette = readPalette();
  for (const section of sections) viewOf(section).resize(PRINTED_WIDTH);
});
addEventListener('afterprint', () => {
  for (const details of folded) details.open = false;
  document.documentElement.classList.remove('printing');
  palette = readPalette();
  for (const [section, view] of views) view.resize(section.querySelector('.chart')!.clientWidth);
});

// On a narrow screen the list of streams would move the report out of view.
if (matchMedia('(max-width: 60rem)').matches) document.querySelector('nav details')?.removeAttribute('open');
