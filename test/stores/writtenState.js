import { seal } from '../../dist/models/snapshot.js';

/**
 * The state that writer.js saves as the nth: all of it says which one it is.
 *
 * @param {number} n
 * @param {number} bytes
 */
export function stateOf(n, bytes) {
  return seal('Written', 1, null, { n, text: `${n} `.repeat(Math.ceil(bytes / 5)) });
}
