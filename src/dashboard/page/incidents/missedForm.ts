import { countOf } from '../../../charts/formatNumber.ts';
import { pageTimeZone } from '../../../charts/formatTime.ts';
import type { MarkedEvents } from '../chart/chartContent.ts';
import { find, setText } from '../dom.ts';

const HOW = 'Drag over the missed events in the chart, or take all that is in view.';

/** What the form needs of the chart of the selected stream. */
export interface Markable {
  /** Numbers in the stream of the first and the last record in view, with their times. */
  readonly inView: MarkedEvents;
  /** Who gets what is selected by dragging; without, the chart zooms into it. */
  select(onSelected: ((events: MarkedEvents) => void) | undefined): void;
}

/** Which events were missed: asked for, shown, and reported only once that is confirmed. */
export class MissedForm {
  readonly #form: HTMLElement = find('.marking');
  readonly #what: HTMLElement = find('.what', this.#form);
  readonly #report: HTMLButtonElement = find<HTMLButtonElement>('.report', this.#form);
  readonly #chart: () => Markable | undefined;
  readonly #onReport: (first: number, last: number) => void;
  #events: MarkedEvents | undefined;

  constructor(chart: () => Markable | undefined, onReport: (first: number, last: number) => void) {
    this.#chart = chart;
    this.#onReport = onReport;
    find('.toolbar .missed').addEventListener('click', () => this.#open());
    find('.all', this.#form).addEventListener('click', () => this.#take(this.#chart()?.inView));
    find('.cancel', this.#form).addEventListener('click', () => this.close());
    this.#report.addEventListener('click', () => {
      const events = this.#events;
      this.close();
      if (events !== undefined) this.#onReport(events.first, events.last);
    });
    document.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.close();
    });
  }

  /** Nothing is reported; selections zoom again. */
  close(): void {
    if (this.#form.hidden) return;
    this.#chart()?.select(undefined);
    const hadFocus = this.#form.contains(document.activeElement);
    this.#form.hidden = true;
    if (hadFocus) find('.chart').focus({ preventScroll: true });
    this.#events = undefined;
  }

  #open(): void {
    const chart = this.#chart();
    if (chart === undefined) return;
    chart.select((events) => this.#take(events));
    this.#events = undefined;
    setText(this.#what, HOW);
    this.#report.hidden = true;
    this.#form.hidden = false;
    find('.all', this.#form).focus({ preventScroll: true });
  }

  #take(events: MarkedEvents | undefined): void {
    if (events === undefined) return;
    this.#events = events;
    const { first, last, from, to } = events;
    const count = last - first + 1;
    const when = `${count === 1 ? from : `${from} to ${to}`} (${pageTimeZone()})`;
    setText(this.#what, `${countOf(count, 'event')}, ${when}: an anomaly that was missed?`);
    this.#report.hidden = false;
    this.#report.focus({ preventScroll: true });
  }
}
