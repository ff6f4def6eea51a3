import type { LaneRange, WireLanes } from './wireLanes.ts';

const EVERY = 1000; // ms

/** Asks the server what is new in the lanes, one request at a time, while they are in view. */
export class LaneFeed {
  readonly #onLanes: (wire: WireLanes) => void;
  #range: LaneRange = 'all';
  #cursor = '';
  #isAsking = false;
  #inView = true;

  constructor(section: HTMLElement, onLanes: (wire: WireLanes) => void) {
    this.#onLanes = onLanes;
    new IntersectionObserver(([entry]) => {
      this.#inView = entry!.isIntersecting || section.hidden === true; // hidden: there is nothing to show yet
    }).observe(section);
    setInterval(() => void this.#ask(), EVERY);
  }

  follow(range: LaneRange): void {
    this.#range = range;
    this.#cursor = '';
    void this.#ask();
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || !this.#inView || document.hidden) return;
    this.#isAsking = true;
    const range = this.#range;
    const asked = new URLSearchParams({ range, ...(this.#cursor === '' ? {} : { since: this.#cursor }) });
    const wire = await fetch(`/lanes?${asked}`).then(
      async (response) => (response.ok ? ((await response.json()) as WireLanes) : undefined),
      () => undefined, // the page says that the connection is lost
    );
    this.#isAsking = false;
    if (range !== this.#range) return await this.#ask();
    if (wire === undefined) return;
    this.#cursor = wire.cursor;
    this.#onLanes(wire);
  }
}
