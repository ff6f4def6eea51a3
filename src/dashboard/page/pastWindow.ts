/// <reference lib="dom" />
import type { DeepLink } from './deepLink.ts';
import { find, setText } from './dom.ts';
import { notify } from './notice.ts';

const GONE =
  'The records of that time are no longer kept one by one. “Looking back” shows it in summary; this chart shows the newest.';

/** A window that was asked for and is no longer kept in detail: the address keeps it until the chart shows another. */
export class PastWindow {
  readonly #place: HTMLElement = find('#stream .gone');
  #link: DeepLink | undefined;

  get link(): DeepLink | undefined {
    return this.#link;
  }

  set link(link: DeepLink | undefined) {
    if (link !== undefined) notify(GONE);
    this.#link = link;
    setText(this.#place, link === undefined ? '' : GONE);
    this.#place.hidden = link === undefined;
  }
}
