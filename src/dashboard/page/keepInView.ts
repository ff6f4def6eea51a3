/// <reference lib="dom" />
const LONGEST = 10_000; // ms
const INPUT = ['wheel', 'touchstart', 'pointerdown', 'keydown'];
let release: (() => void) | undefined;

/** Brings an element to the top of the window and keeps it there while the page fills, until the user does anything. */
export function keepInView(element: HTMLElement): void {
  release?.();
  const show = (): void => element.scrollIntoView({ block: 'start' });
  const sizes = new ResizeObserver(show);
  for (const part of document.querySelectorAll('.bar, .overview, main, main > section')) sizes.observe(part);
  const timer = setTimeout(() => release?.(), LONGEST);
  release = () => {
    clearTimeout(timer);
    sizes.disconnect();
    for (const name of INPUT) removeEventListener(name, release!);
    release = undefined;
  };
  for (const name of INPUT) addEventListener(name, release, { passive: true });
  show();
}
