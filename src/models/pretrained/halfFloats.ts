import { RxAnomalyError } from '../../core/errors.ts';
import { powerOfTwo } from '../../core/math/exp.ts';
import { exponentOf } from '../../core/math/pow.ts';

const LARGEST = 65504;

/**
 * Numbers as base64 of 16-bit floats (IEEE 754 binary16, little-endian), each rounded to the nearest: 11 bits.
 *
 * @throws RxAnomalyError BAD_DATA for one beyond ±65,504
 */
export function toHalfFloats(values: ArrayLike<number>): string {
  const bytes = new Uint8Array(2 * values.length);
  for (let k = 0; k < values.length; k++) {
    const half = halfOf(values[k]);
    bytes[2 * k] = half & 255;
    bytes[2 * k + 1] = half >> 8;
  }
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The inverse of {@link toHalfFloats}. */
export function fromHalfFloats(base64: string): Float64Array {
  const text = atob(base64);
  const values = new Float64Array(text.length / 2);
  for (let k = 0; k < values.length; k++) {
    const half = text.charCodeAt(2 * k) + 256 * text.charCodeAt(2 * k + 1);
    const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * powerOfTwo(exponent - 25);
    values[k] = half >> 15 === 1 ? -size : size;
  }
  return values;
}

function halfOf(value: number): number {
  const size = Math.abs(value);
  if (!(size <= LARGEST)) throw new RxAnomalyError('BAD_DATA', `a weight of ${value} is no 16-bit float`);
  const sign = value < 0 ? 0x8000 : 0;
  const exponent = Math.max(-14, exponentOf(size));
  const units = Math.round(size * powerOfTwo(10 - exponent)); // 1024 … 2048, below for subnormal ones
  // A carry into the exponent is right as it is: 2048 units are 0 units of the next.
  return sign + (units < 1024 ? units : ((exponent + 15) << 10) + (units - 1024));
}
