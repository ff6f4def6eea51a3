import { formatCount } from '../../charts/formatNumber.ts';
import { find, setText } from './dom.ts';
import { STATE_NAMES, stateOf } from './overview.ts';
import type { WireStatus, WireStream } from './wire.ts';

/** What the bar at the top shows in addition to the status. */
export interface Shown {
  readonly streams: number;
  /** Incidents now. */
  readonly open: number;
  readonly title: string;
}

/** Shows the state of the source, the counts, and how many incidents there are in the title of the window. */
export function showBar(status: WireStatus, { streams, open, title }: Shown): void {
  const text = {
    running: 'live',
    completed: 'the source has ended',
    failed: `the source has failed: ${status.error}`,
  }[status.source];
  setText(find('.connection .text'), text);
  document.documentElement.classList.toggle('over', status.source !== 'running');
  setText(find('.counts .streams'), formatCount(streams));
  setText(find('.counts .open'), formatCount(open));
  setText(find('.counts .events'), formatCount(status.events));
  setText(find('.counts .rate'), formatCount(Math.round(status.perSecond)));
  document.title = open > 0 ? `(${formatCount(open)}) ${title}` : title;
}

/** The state of the selected stream, next to its name. */
export function showPill(stream: WireStream, isOver: boolean): void {
  const state = find('#stream .state');
  const shown = stateOf(stream, isOver);
  setText(state, STATE_NAMES[shown]);
  state.className = `state pill ${shown} ${stream.severity}`;
}
