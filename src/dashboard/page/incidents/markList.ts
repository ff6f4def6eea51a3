import { formatCount } from '../../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import { find, make } from '../dom.ts';
import type { WireMark } from '../wire.ts';

/** What was reported as missed, with a button that takes it back. */
export class MarkList {
  readonly #list: HTMLElement = find('.missed-marks');
  readonly #onUndo: (mark: WireMark) => void;
  #marks: readonly WireMark[] = [];
  #stream: number | undefined;
  #shown = '';

  constructor(onUndo: (mark: WireMark) => void) {
    this.#onUndo = onUndo;
  }

  clear(): void {
    this.#marks = [];
    this.draw();
  }

  /** Those that are new, and those that were cleared. */
  take(marks: readonly WireMark[]): void {
    const changed = new Set(marks.map(({ id }) => id));
    this.#marks = [
      ...this.#marks.filter(({ id }) => !changed.has(id)),
      ...marks.filter((mark) => !mark.cleared),
    ];
    this.draw();
  }

  select(stream: number | undefined): void {
    this.#stream = stream;
    this.draw();
  }

  of(stream: number): readonly WireMark[] {
    return this.#marks.filter((mark) => mark.stream === stream);
  }

  /** Takes back the newest one of the selected stream. */
  undoNewest(): void {
    const newest = this.#stream === undefined ? undefined : this.of(this.#stream).at(-1);
    if (newest !== undefined) this.#onUndo(newest);
  }

  draw(): void {
    const marks = this.#stream === undefined ? [] : this.of(this.#stream);
    const zone = pageTimeZone();
    const shown = JSON.stringify([zone, marks]);
    if (shown === this.#shown) return; // what has the focus keeps it
    this.#shown = shown;
    this.#list.hidden = marks.length === 0;
    this.#list.replaceChildren(...marks.map((mark) => this.#item(mark, zone)));
  }

  #item(mark: WireMark, zone: string): HTMLElement {
    const name = (time: number | null, record: number): string =>
      time === null ? `record ${formatCount(record + 1)}` : formatTime(time, 'second', zone);
    const [from, to] = [name(mark.start, mark.first), name(mark.end, mark.last)];
    const waits = mark.waiting ? ', not applied yet' : '';
    const refused = mark.refused === '' ? '' : `, which was refused: ${mark.refused}`;
    const text = `reported as missed: ${from === to ? from : `${from} to ${to}`}${waits}${refused} `;
    const undo = make('button', 'undo', 'Undo');
    undo.type = 'button';
    undo.setAttribute('aria-label', `Undo ${text}`);
    undo.addEventListener('click', () => this.#onUndo(mark));
    undo.addEventListener('keydown', ({ key }) => {
      if (key === 'u') undo.click();
    });
    const item = make('li');
    item.append(text, undo);
    return item;
  }
}
