import { countOf } from '../../../charts/formatNumber.ts';
import { formatTime, pageTimeZone } from '../../../charts/formatTime.ts';
import { find, make } from '../dom.ts';
import { UNNAMED } from '../streamName.ts';
import type { WireMute } from '../wire.ts';
import { muteStream } from './muteStream.ts';

/** The streams whose alerts are held back: until when, how many were, and a button that ends it. */
export class MuteList {
  readonly #list: HTMLElement = find('.mutes');
  #mutes: readonly WireMute[] = [];

  take(mutes: readonly WireMute[]): void {
    this.#mutes = mutes;
    this.draw();
  }

  /** Draws it anew: times may be shown in another zone. */
  draw(): void {
    const focused = this.#list.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.name
      : undefined;
    this.#list.hidden = this.#mutes.length === 0;
    this.#list.replaceChildren(...this.#mutes.map((mute) => this.#item(mute)));
    if (focused === undefined) return;
    const buttons = [...this.#list.querySelectorAll('button')];
    (buttons.find(({ dataset }) => dataset.name === focused) ?? buttons[0])?.focus();
  }

  #item(mute: WireMute): HTMLElement {
    const zone = pageTimeZone();
    const name = mute.name ?? UNNAMED;
    const held = mute.held === 0 ? 'no alert held back' : `${countOf(mute.held, 'alert')} held back`;
    const text = `muted until ${formatTime(mute.until, 'minute', zone)} (${zone}), ${held}`;
    const end = make('button', 'unmute', 'Unmute');
    end.type = 'button';
    end.dataset.name = name;
    end.setAttribute('aria-label', `Unmute ${name}`);
    end.addEventListener('click', () => muteStream(mute.name, 'end'));
    const item = make('li');
    item.append(make('strong', '', name), ` ${text} `, end);
    return item;
  }
}
