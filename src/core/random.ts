import { log } from './math/log.ts';
import { square } from './math/pow.ts';
import { cos } from './math/trigonometry.ts';
/**
 * Seeded pseudo-random numbers: sfc32 (Chris Doty-Humphrey's PractRand), 128 bits of state.
 * The same seed gives the same numbers on every machine; nothing in this library uses Math.random.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count: number;

  /** @param seed any integer; taken modulo 2^32 */
  constructor(seed: number) {
    this.#a = 0;
    this.#b = seed >>> 0;
    this.#c = 0x9e3779b9;
    this.#count = 1;
    for (let i = 0; i < 15; i++) this.uint32(); // sfc32 needs a dozen rounds before close seeds diverge
  }

  /** Uniform over the integers 0 … 2^32 − 1. */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** Uniform over [0, 1) with 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform over the integers 0 … n − 1. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box–Muller; the second of the pair is dropped so that there is no hidden state between calls). */
  normal(): number {
    const radius = Math.sqrt(-2 * log(1 - this.uniform()));
    return radius * cos(2 * Math.PI * this.uniform());
  }

  /** Student's t with `freedom` degrees of freedom: heavy-tailed for small ones. */
  studentT(freedom: number): number {
    let chiSquare = 0;
    for (let i = 0; i < freedom; i++) chiSquare += square(this.normal());
    return this.normal() / Math.sqrt(chiSquare / freedom);
  }
}
