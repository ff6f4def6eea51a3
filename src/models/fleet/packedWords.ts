import { badSnapshot } from '../snapshot/state.ts';

/** Words of 32 bits in a row that share a mask. */
const GROUP = 32;

/** The words that `count` words take at most, packed. */
export function mostPacked(count: number): number {
  return count + Math.ceil(count / GROUP);
}

/**
 * Packs words into `into`, from `at` on: of each 32 words a mask of those that are not 0, and these.
 *
 * @returns where the next words go
 */
export function packWords(
  into: Uint32Array,
  at: number,
  words: Uint32Array,
  from: number,
  count: number,
): number {
  let next = at;
  for (let start = 0; start < count; start += GROUP) {
    const place = next++;
    const length = Math.min(GROUP, count - start);
    let mask = 0;
    for (let k = 0; k < length; k++) {
      const word = words[from + start + k];
      if (word === 0) continue;
      mask |= 1 << k;
      into[next++] = word;
    }
    into[place] = mask;
  }
  return next;
}

/** Takes what `packWords` gave from `at` on. @returns where the next words are. @throws RxAnomalyError BAD_SNAPSHOT */
export function unpackWords(
  packed: Uint32Array,
  at: number,
  words: Uint32Array,
  from: number,
  count: number,
): number {
  let next = at;
  for (let start = 0; start < count; start += GROUP) {
    if (next >= packed.length) throw notARow();
    const mask = packed[next++];
    const length = Math.min(GROUP, count - start);
    if (length < GROUP && mask >>> length !== 0) throw notARow();
    for (let k = 0; k < length; k++) words[from + start + k] = (mask >>> k) & 1 ? packed[next++] : 0;
  }
  if (next > packed.length) throw notARow();
  return next;
}

export function notARow(): Error {
  return badSnapshot('snapshot: it is damaged: a row of the fleet cannot be read');
}
