import { formatCount } from '../../../charts/formatNumber.ts';
import { find, setText } from '../dom.ts';
import type { WireIncident } from '../wire.ts';

/** What the lanes know: stretches whose greatest score lies between two thresholds, and since when. */
export type Stretches = (from: number, to: number) => number;

/** Which kept incidents another threshold would have left, and what cannot be known. */
export class WhatIf {
  readonly #place: HTMLElement = find('.what-if');
  readonly #slider: HTMLInputElement = find<HTMLInputElement>('input', this.#place);
  readonly #stretches: Stretches;
  readonly #onGo: (ids: ReadonlySet<number>) => void;
  readonly #incidents: Map<number, WireIncident> = new Map();
  #threshold = 0.5;

  /** @param onGo called with the incidents that would go */
  constructor(stretches: Stretches, onGo: (ids: ReadonlySet<number>) => void) {
    this.#onGo = onGo;
    this.#stretches = stretches;
    this.#slider.addEventListener('input', () => this.#show());
    find('.reset', this.#place).addEventListener('click', () => {
      this.#slider.value = String(this.#threshold);
      this.#show();
    });
    this.#place.addEventListener('toggle', () => this.#show());
  }

  /** @param threshold of the detector */
  begin(threshold: number): void {
    this.#incidents.clear();
    this.#threshold = threshold;
    this.#slider.value = String(threshold);
    this.#show();
  }

  take(incidents: readonly WireIncident[]): void {
    for (const incident of incidents) this.#incidents.set(incident.id, incident);
    this.#show();
  }

  #show(): void {
    const isOpen = (this.#place as HTMLDetailsElement).open;
    const threshold = Number(this.#slider.value);
    const { stay, go } = remaining([...this.#incidents.values()], isOpen ? threshold : 0);
    this.#onGo(go);
    if (!isOpen) return;
    const more = threshold < this.#threshold ? this.#stretches(threshold, this.#threshold) : undefined;
    setText(find('output', this.#place), wordsOf(threshold, this.#threshold, stay, go.size, more));
  }
}

/** Which incidents have a peak that reaches a threshold. Silence has no score: it stays. */
export function remaining(
  incidents: readonly WireIncident[],
  threshold: number,
): { readonly stay: number; readonly go: ReadonlySet<number> } {
  const go = new Set(
    incidents.filter(({ kind, score }) => kind === 'value' && score < threshold).map(({ id }) => id),
  );
  return { stay: incidents.length - go.size, go };
}

/** @param more stretches between the thresholds; undefined where the threshold is not lower */
export function wordsOf(
  threshold: number,
  present: number,
  stay: number,
  go: number,
  more: number | undefined,
): string {
  const count = (n: number): string => formatCount(n);
  const of = `${count(stay)} of ${count(stay + go)} kept incidents`;
  const at = `At ${threshold.toFixed(2)} (now ${present.toFixed(2)})`;
  if (more === undefined)
    return `${at} ${of} would stay, by their peaks; the others are dimmed. Some would begin later, end sooner or be several.`;
  return (
    `${at} ${of} would stay, and ${count(more)} more stretches of the lanes reach it. How many incidents they would be is not known: ` +
    'that depends on what was flagged before. What is older than the lanes is not counted.'
  );
}
