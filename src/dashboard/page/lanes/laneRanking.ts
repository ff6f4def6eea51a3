import { formatCount, formatScore } from '../../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import { find, make, setText } from '../dom.ts';
import { showName } from '../streamName.ts';
import { FULL, type LaneData, type LaneSummary } from './laneData.ts';

const MOST = 100; // rows

/** What streams are called. */
export interface LaneNames {
  readonly nameOf: (stream: number) => string;
  /** What all names begin with: it is not shown in each row. */
  readonly prefix: () => string;
}

/** What happened in the selected window, as a table: the streams in the order of the lanes. */
export class LaneRanking {
  readonly #place: HTMLElement;
  readonly #body: HTMLElement;
  readonly #nameOf: (stream: number) => string;
  readonly #prefix: () => string;
  readonly #onOpen: (stream: number) => void;

  constructor(section: HTMLElement, { nameOf, prefix }: LaneNames, onOpen: (stream: number) => void) {
    this.#place = find('.ranking', section);
    this.#body = find('tbody', this.#place);
    this.#nameOf = nameOf;
    this.#prefix = prefix;
    this.#onOpen = onOpen;
  }

  hide(): void {
    this.#place.hidden = true;
  }

  show(data: LaneData, lanes: readonly LaneSummary[], [from, to]: readonly [number, number]): void {
    const nameTime = (time: number): string =>
      formatTime(time, data.width % 60_000 === 0 ? 'minute' : 'second', pageTimeZone());
    const over = lanes.filter((lane) => lane.over > 0);
    const began = Math.min(...over.map((lane) => lane.began!));
    const first = over.filter((lane) => lane.began === began);
    const what =
      over.length === 0
        ? 'no stream was over the threshold'
        : `${formatCount(over.length)} of ${formatCount(lanes.length)} streams were over the threshold, first ${first.length === 1 ? this.#nameOf(first[0]!.stream) : `${formatCount(first.length)} of them within one slice`}`;
    setText(
      find('.window', this.#place),
      `${nameTime(data.timeOf(from))} to ${nameTime(data.timeOf(to + 1))}: ${what}`,
    );
    const focused = this.#body.contains(document.activeElement) ? document.activeElement : null;
    const stream = focused?.closest('tr')?.dataset.stream;
    this.#body.replaceChildren(
      ...over.slice(0, MOST).map((lane) => {
        const row = make('tr');
        row.dataset.stream = String(lane.stream);
        const open = make('button', 'open');
        showName(open, this.#nameOf(lane.stream), this.#prefix());
        open.type = 'button';
        open.addEventListener('click', () => this.#onOpen(lane.stream));
        const name = make('td', 'name');
        name.append(open);
        row.append(
          name,
          make('td', 'number', formatScore(lane.greatest / FULL)),
          make('td', '', nameTime(data.timeOf(lane.began!))),
          make('td', 'number', formatCount(lane.over)),
        );
        return row;
      }),
    );
    if (stream !== undefined)
      this.#body
        .querySelector<HTMLElement>(`tr[data-stream="${stream}"] button`)
        ?.focus({ preventScroll: true });
    for (const name of ['.scroll', '.all']) find(name, this.#place).hidden = over.length === 0;
    this.#place.hidden = false;
  }
}
