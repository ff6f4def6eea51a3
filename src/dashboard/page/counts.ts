import { find, setText } from './dom.ts';
import type { WireStatus } from './wire.ts';

/** The numbers at the top of the page, and in its title. */
export function showCounts(status: WireStatus, streams: number, open: number, title: string): void {
  setText(find('.counts .streams'), streams.toLocaleString('en-US'));
  setText(find('.counts .open'), open.toLocaleString('en-US'));
  setText(find('.counts .events'), status.events.toLocaleString('en-US'));
  setText(find('.counts .rate'), Math.round(status.perSecond).toLocaleString('en-US'));
  document.title = open > 0 ? `(${open}) ${title}` : title;
}
