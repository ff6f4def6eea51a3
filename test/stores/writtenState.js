// Loaded by address and not by a static import, so that the type check needs no build.
const { seal } = /** @type {typeof import('../../src/models/snapshot/snapshot.ts')} */ (
  await import(new URL('../../dist/models/snapshot/snapshot.js', import.meta.url).href)
);

/**
 * The state that writer.js saves as the nth: all of it says which one it is.
 *
 * @param {number} n
 * @param {number} bytes
 */
export function stateOf(n, bytes) {
  return seal('Written', 1, null, { n, text: `${n} `.repeat(Math.ceil(bytes / 5)) });
}
