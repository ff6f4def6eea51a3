// The two words of a float64, for the functions of this folder.

/** A number, and below its two 32-bit words: written as one, read as the other. */
export const number: Float64Array = new Float64Array(1);
export const words: Int32Array = new Int32Array(number.buffer);
/** Which word has the sign, the exponent and the 20 highest bits of the fraction. */
export const HIGH: 0 | 1 = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Sign, exponent and the 20 highest bits of the fraction. */
export function highWord(x: number): number {
  number[0] = x;
  return words[HIGH];
}

/** The float64 of two words. */
export function fromWords(high: number, low: number): number {
  words[HIGH] = high;
  words[1 - HIGH] = low;
  return number[0];
}
