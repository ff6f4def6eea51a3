import { find, setText } from './dom.ts';

const SHOWN = 6000; // ms

/** Shows a message for some seconds. */
export function notify(text: string): void {
  const place = find('.notice');
  setText(place, text);
  place.classList.add('shown');
  clearTimeout(hiding);
  hiding = setTimeout(() => place.classList.remove('shown'), SHOWN);
}

let hiding: ReturnType<typeof setTimeout> | undefined;
