import { changeInWords, changeMark } from '../../charts/changeInWords.ts';
import { formatCount } from '../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../charts/formatTime.ts';
import { find, make } from './dom.ts';
import type { WireChange, WireChanges, WireStream } from './wire.ts';

const MOST = 20; // that are listed

/** The lasting changes of the selected stream, newest first; each shows itself in the chart. */
export class ChangeList {
  readonly #list: HTMLElement = find('.lasting-changes');
  readonly #legend: HTMLElement = find('.of-changes');
  readonly #show: (change: WireChange) => void;
  #names: readonly string[] = [];
  #changes: readonly WireChange[] = [];

  constructor(show: (change: WireChange) => void) {
    this.#show = show;
  }

  /** Those of the selected stream. */
  get all(): readonly WireChange[] {
    return this.#changes;
  }

  /** Another stream is selected; its changes come later. */
  select({ dimensions }: Pick<WireStream, 'dimensions'>): void {
    this.#names = dimensions;
    this.#changes = [];
    this.draw();
  }

  take({ changes }: WireChanges): void {
    this.#changes = changes;
    this.draw();
  }

  draw(): void {
    const all = this.#changes;
    const left = all.length - MOST;
    this.#legend.hidden = all.length === 0;
    this.#list.hidden = all.length === 0;
    this.#list.replaceChildren(
      ...all
        .slice(-MOST)
        .reverse()
        .map((change) => this.#item(change)),
      ...(left > 0 ? [make('li', '', `and ${formatCount(left)} before`)] : []),
    );
  }

  #item(change: WireChange): HTMLElement {
    const { time, record, dimension } = change;
    const name = this.#names.length > 1 ? `${this.#names[dimension]}: ` : '';
    const since =
      time === null
        ? `from record ${formatCount(record + 1)} on`
        : `since ${formatTime(time, 'second', pageTimeZone())}`;
    const text = `${name}${changeMark(change)} ${since}`;
    const button = make('button', '', text);
    button.type = 'button';
    button.title = changeInWords(change);
    // It begins with what is seen: who speaks to the page says that.
    button.setAttribute('aria-label', `${text}, ${changeInWords(change)}: show it in the chart`);
    button.addEventListener('click', () => this.#show(change));
    const item = make('li');
    item.append(button);
    return item;
  }
}
