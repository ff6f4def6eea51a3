import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownExp as exp, powerOfTwo, tanh } from '../../src/core/math/exp.ts';
import { ownLog as log, ownLog10 as log10 } from '../../src/core/math/log.ts';
import { fingerprint, isNativeExact } from '../../src/core/math/native.ts';
import { exponentOf, pow } from '../../src/core/math/pow.ts';
import { ownCos as cos, ownSin as sin } from '../../src/core/math/trigonometry.ts';
import { Random } from '../../src/core/random.ts';
import { crc32 } from '../../src/models/snapshot/crc32.ts';
import { real } from '../support/real.ts';

const EPSILON = Number.EPSILON; // 2 ulp at most

/** Asserts that a result is that of the runtime's function, which the standard leaves free in the last bits. */
function near(own: number, theirs: number, tolerance = 2 * EPSILON): void {
  if (Number.isNaN(theirs) || !Number.isFinite(theirs) || theirs === 0) expect(own).toBe(theirs);
  else expect(Math.abs(own - theirs)).toBeLessThanOrEqual(tolerance * Math.abs(theirs) + 1e-323);
}

const anything = fc.double();
const runs = { numRuns: 2000 };

describe('the functions of core/math', () => {
  it.each([
    ['exp', exp, Math.exp, anything],
    ['exp', exp, Math.exp, real(-746, 710)],
    ['tanh', tanh, Math.tanh, anything],
    ['tanh', tanh, Math.tanh, real(-25, 25)],
    ['log', log, Math.log, anything],
    ['log', log, Math.log, real(0, 4)],
    ['log10', log10, Math.log10, anything],
    ['log10', log10, Math.log10, real(0, 1)],
  ])('%s is within 2 ulp of the exact one', (_, own, theirs, numbers) => {
    fc.assert(
      fc.property(numbers, (x) => near(own(x), theirs(x))),
      runs,
    );
  });

  it.each([
    ['sin', sin, Math.sin],
    ['cos', cos, Math.cos],
  ])('%s is within 1e-16 of the exact one', (_, own, theirs) => {
    fc.assert(
      fc.property(real(-1e5, 1e5), (x) => {
        expect(Math.abs(own(x) - theirs(x))).toBeLessThanOrEqual(EPSILON / 2);
      }),
      runs,
    );
  });

  it('pow has the error that it reports', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-30, max: 1e30, noNaN: true }), real(-9, 9), (x, y) =>
        near(pow(x, y), x ** y, 3 * EPSILON + 2 * EPSILON * Math.abs(y * Math.log(x))),
      ),
      runs,
    );
    expect([pow(Number.NaN, 0), pow(Number.NaN, 1), pow(2, Number.NaN)]).toEqual([1, Number.NaN, Number.NaN]);
    expect([pow(0, 2), pow(0, -1), pow(0, 0), pow(1, 1e9), pow(-1, 2)]).toEqual([
      0,
      Infinity,
      1,
      1,
      Number.NaN,
    ]);
  });

  it('powers of two are exact, and their exponents', () => {
    for (let n = -1022; n <= 1023; n++) {
      expect(powerOfTwo(n)).toBe(2 ** n);
      expect(exponentOf(1.99 * powerOfTwo(Math.min(n, 1022)))).toBe(Math.min(n, 1022));
    }
  });

  it('give the bits that they gave before: verdicts of all runtimes depend on them', () => {
    const random = new Random(1);
    const results = Float64Array.from({ length: 40_000 }, (_, k) => {
      const u = random.uniform();
      return [
        () => exp(100 * u - 50),
        () => tanh(8 * u - 4),
        () => log(100 * u),
        () => log10(100 * u),
        () => sin(20 * u - 10),
        () => cos(20 * u - 10),
        () => pow(10 * u, 8 * u - 4),
        () => random.normal(),
      ][k % 8]!();
    });
    expect(crc32(new Uint8Array(results.buffer)).toString(16)).toBe('dfaf334f');
  });

  it('are the runtime’s where those have the same bits, as in Node', () => {
    const own = { exp, log, log10, sin, cos };
    expect(fingerprint(own)).toBe(fingerprint(Math));
    expect(isNativeExact).toBe(true);
    // A library that differs in one of the functions, in the last bit of one result in a hundred, is noticed.
    for (const name of Object.keys(own) as (keyof typeof own)[]) {
      let calls = 0;
      const other = (x: number) => own[name](x) * (++calls % 100 === 0 ? 1 + EPSILON : 1);
      expect(fingerprint({ ...own, [name]: other })).not.toBe(fingerprint(own));
    }
  });
});
