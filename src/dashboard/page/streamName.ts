import { make } from './dom.ts';

const SHORT = 16; // characters: a name that always fits
const TAIL = 10; // characters of a longer one that are always shown
const LEAST_FOLDED = 4; // characters
const UNTIL_SEPARATOR = /^.*[/.:|]/s;

/** Name of a stream without a key. */
export const UNNAMED = 'the stream';

/** What all names begin with, up to a separator; '' where that is hardly anything, or there are fewer than two. */
export function commonPrefix(names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined || others.length === 0) return '';
  let length = first.length - 1;
  for (const name of others) {
    length = Math.min(length, name.length - 1);
    while (!name.startsWith(first.slice(0, length))) length--;
  }
  const prefix = UNTIL_SEPARATOR.exec(first.slice(0, Math.max(0, length)))?.[0] ?? '';
  return prefix.length < LEAST_FOLDED ? '' : prefix;
}

/**
 * Shows a name: without the prefix that all have, and with a middle that gives way where it is too long, as what tells
 * streams apart is mostly at the end. The whole name is in its text, and shown when the pointer is over it.
 */
export function showName(place: HTMLElement, text: string, prefix: string): void {
  const folded = prefix !== '' && text.startsWith(prefix) ? prefix : '';
  if (place.title === text && place.dataset.folded === folded) return;
  place.title = text;
  place.dataset.folded = folded;
  const own = text.slice(folded.length);
  const tail = own.length > SHORT ? own.length - TAIL : own.length;
  const parts = [make('span', 'start', own.slice(0, tail)), make('span', 'end', own.slice(tail))];
  place.replaceChildren(...(folded === '' ? [] : [make('span', 'fold', folded)]), ...parts);
}
