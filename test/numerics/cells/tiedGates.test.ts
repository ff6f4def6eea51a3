import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { CellName } from '../../../src/numerics/cells/cell.ts';
import { createCell } from '../../../src/numerics/cells/createCell.ts';
import { GATE_NAMES, sigmoid } from '../../../src/numerics/cells/gate.ts';
import { createParameters } from '../../../src/numerics/parameters.ts';
import { networkConfig } from '../../support/networkConfig.ts';
import { real } from '../../support/real.ts';

const H = 3;

/** Random streams through random weights of any size: calls `see` with what every event left. */
function walk(
  cellName: CellName,
  see: (kept: Float64Array, before: Float64Array, after: Float64Array) => void,
): void {
  const walks = fc.record({
    gate: fc.constantFrom(...GATE_NAMES),
    size: fc.constantFrom(0.1, 1, 10, 1e3),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(walks, ({ gate, size, seed }) => {
      const random = new Random(seed);
      const cell = createCell(cellName, gate);
      const { layers, flat } = createParameters(networkConfig({ cell: cellName, inputs: 2, hidden: H }));
      for (let k = 0; k < flat.length; k++) flat[k] = size * random.normal();
      let state = new Float64Array(2 * H);
      let next = new Float64Array(2 * H);
      const kept = new Float64Array(cell.kept * H);
      for (let t = 0; t < 100; t++) {
        const x = Float64Array.of(3 * random.normal(), random.studentT(1));
        cell.forward(layers[0], x, state, next, kept);
        see(kept, state, next);
        [state, next] = [next, state];
      }
    }),
    { numRuns: 60, seed: 1 },
  );
}

describe('coupled gates', () => {
  it('write just what they forget, so the cell is a weighted mean of what it held and the candidate', () => {
    walk('coupled', ([...kept], before, after) => {
      for (let j = 0; j < H; j++) {
        const [f, g] = [kept[j], kept[H + j]];
        expect(after[H + j]).toBe(f * before[H + j] + (1 - f) * g);
        expect(after[H + j]).toBeLessThanOrEqual(Math.max(before[H + j], g) + 1e-15);
        expect(after[H + j]).toBeGreaterThanOrEqual(Math.min(before[H + j], g) - 1e-15);
      }
    });
  });

  it.each<CellName>(['coupled', 'budget'])('keep the cell state within ±1, whatever comes: %s', (cell) => {
    walk(cell, (_kept, _before, after) => {
      for (let j = 0; j < H; j++) expect(Math.abs(after[H + j])).toBeLessThanOrEqual(1);
    });
  });
});

describe('the budget', () => {
  it('is kept: f + i ≤ 1 in every unit at every event, and not always spent', () => {
    let spent = 0;
    let events = 0;
    walk('budget', (kept) => {
      for (let j = 0; j < H; j++) {
        const f = kept[H + j];
        const i = (1 - f) * kept[j];
        expect(i).toBeGreaterThanOrEqual(0);
        expect(f + i).toBeLessThanOrEqual(1);
        spent += f + i === 1 ? 1 : 0;
        events++;
      }
    });
    expect(spent).toBeLessThan(0.9 * events);
  });
});

describe('the EMA cell', () => {
  it('is an exponential moving average, to rounding, when its gates are constant', () => {
    const unit = real(0.001, 0.999);
    const values = fc.array(real(-20, 20), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(unit, values, unit, (alpha, stream, start) => {
        const ema = createCell('ema');
        const [weights] = createParameters(networkConfig({ cell: 'ema', hidden: 1 })).layers;
        weights.biasIh[0] = Math.log(alpha / (1 - alpha)); // forget gate: alpha
        weights.weightIh[1] = 1; // candidate: σ(x)
        let average = start;
        let state = Float64Array.of(0, start);
        let next = new Float64Array(2);
        for (const x of stream) {
          ema.forward(weights, Float64Array.of(x), state, next, new Float64Array(4));
          average = alpha * average + (1 - alpha) * sigmoid(x);
          expect(Math.abs(next[1] - average)).toBeLessThan(1e-13);
          [state, next] = [next, state];
        }
      }),
      { seed: 1 },
    );
  });

  it('stays between 0 and 1', () => {
    walk('ema', (_kept, _before, after) => {
      for (let j = 0; j < H; j++) {
        expect(after[H + j]).toBeGreaterThanOrEqual(0);
        expect(after[H + j]).toBeLessThanOrEqual(1);
      }
    });
  });
});
