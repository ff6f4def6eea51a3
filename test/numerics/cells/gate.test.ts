import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { CELL_NAMES, type CellName } from '../../../src/numerics/cells/cell.ts';
import { createCell } from '../../../src/numerics/cells/createCell.ts';
import { GATE_NAMES, GATES } from '../../../src/numerics/cells/gate.ts';
import { Network } from '../../../src/numerics/network.ts';
import { Window } from '../../../src/numerics/window.ts';
import { networkConfig } from '../../support/networkConfig.ts';
import { real } from '../../support/real.ts';

describe.each(GATE_NAMES)('%s', (name) => {
  const { open, slope } = GATES[name];
  const number = real(-50, 50);

  it('opens from 0 to 1, never back, half at 0, as far as it shuts on the other side', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(open(a)).toBeGreaterThanOrEqual(0);
        expect(open(a)).toBeLessThanOrEqual(1);
        if (a < b) expect(open(a)).toBeLessThanOrEqual(open(b));
        expect(open(a) + open(-a)).toBeCloseTo(1, 14);
      }),
      { seed: 1 },
    );
    expect(open(0)).toBe(0.5);
  });

  it('has the slope it says', () => {
    fc.assert(
      fc.property(number, (z) => {
        fc.pre(Math.abs(Math.abs(z) - 3) > 1e-5); // the hard one's kinks
        expect((open(z + 1e-6) - open(z - 1e-6)) / 2e-6).toBeCloseTo(slope(open(z)), 6);
      }),
      { seed: 1 },
    );
  });
});

describe('the hard sigmoid', () => {
  it('reaches 0 and 1, at −3 and 3', () => {
    const { open } = GATES.hardSigmoid;
    expect([-1e9, -3, 3, 1e9].map(open)).toEqual([0, 0, 1, 1]);
    expect(open(2.9)).toBeLessThan(1);
    expect(open(-2.9)).toBeGreaterThan(0);
  });

  const withCellState = CELL_NAMES.filter((name) => createCell(name).states === 2);

  it.each(withCellState)(
    'carries the cell state and its gradient through 1,000 noisy events without loss: %s',
    (cell) => {
      const { carried, gradient } = carry(cell, 'hardSigmoid');
      expect(carried).toBe(0.7);
      expect(gradient).toBe(1);
    },
  );

  it('where the logistic gate loses some of both, however far it is open', () => {
    const { carried, gradient } = carry('lstm', 'sigmoid');
    expect(carried).toBeLessThan(0.7);
    expect(gradient).toBeLessThan(1);
  });
});

/** One unit, forget gate open, input gate shut: what is left of 0.7 after 1,000 events, and ∂c_1000/∂c_0. */
function carry(cell: CellName, gateActivation: (typeof GATE_NAMES)[number]) {
  const steps = 1000;
  const random = new Random(1);
  const network = new Network({ ...networkConfig({ cell, hidden: 1, window: steps }), gateActivation });
  const [weights] = network.parameters.layers;
  const { forgetGate, gates } = network.cell;
  for (let row = 0; row < gates; row++) weights.weightIh[row] = 0.1 * random.normal();
  weights.biasIh[forgetGate ?? 0] = 5;
  if (gates === 4) weights.biasIh[0] = -5; // a tied input gate is shut with that
  const window = new Window(network, 1, steps);
  for (const x of window.inputs) x[0] = random.normal();
  window.states[0][0][1] = 0.7;
  window.forward();
  let [after, before] = [Float64Array.of(0, 1), new Float64Array(2)]; // ∂c_T/∂c_T = 1
  for (let t = steps - 1; t >= 0; t--) {
    const tape = network.createTape();
    const next = network.createStates();
    network.step(window.inputs[t], window.states[t], next, tape);
    network.stepBack(
      window.inputs[t],
      window.states[t],
      next,
      tape,
      new Float64Array(1),
      [after],
      [before],
      new Float64Array(1),
    );
    [after, before] = [before, after];
  }
  return { carried: window.states[steps][0][1], gradient: after[1] };
}
