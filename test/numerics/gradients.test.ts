import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { CELL_NAMES } from '../../src/numerics/cells/cell.ts';
import { GATE_NAMES } from '../../src/numerics/cells/gate.ts';
import { initialise } from '../../src/numerics/initialise.ts';
import { createLoss } from '../../src/numerics/losses/createLoss.ts';
import { Network } from '../../src/numerics/network.ts';
import type { ReferenceConfig } from '../../src/numerics/networkConfig.ts';
import { Window } from '../../src/numerics/window.ts';
import { networkConfig } from '../support/networkConfig.ts';

const STEP = 1e-5;

/** |analytic − numeric| against the size of the larger, with a floor where both vanish. */
function disagreement(analytic: number, numeric: number): number {
  return Math.abs(analytic - numeric) / Math.max(1e-2, Math.abs(analytic), Math.abs(numeric));
}

const losses: readonly ReferenceConfig['loss'][] = [
  { name: 'mse' },
  { name: 'huber', delta: 0.7 },
  { name: 'gaussian' },
  { name: 'laplace' },
  { name: 'laplace', smooth: 0.2 },
  { name: 'crossEntropy', edges: [-1, 0, 0.5] },
];

const shapes = fc.record({
  cell: fc.constantFrom(...CELL_NAMES),
  gateActivation: fc.constantFrom(...GATE_NAMES),
  attention: fc.integer({ min: 0, max: 4 }),
  inputs: fc.integer({ min: 1, max: 4 }), // of past and present
  lookAhead: fc.option(
    fc.record({ steps: fc.integer({ min: 1, max: 3 }), width: fc.integer({ min: 1, max: 2 }) }),
  ),
  hidden: fc.integer({ min: 1, max: 5 }),
  layers: fc.integer({ min: 1, max: 3 }),
  targets: fc.integer({ min: 1, max: 3 }),
  skip: fc.boolean(),
  window: fc.integer({ min: 1, max: 6 }),
  loss: fc.constantFrom(...losses),
  seed: fc.integer(),
});

describe('back-propagation through time', () => {
  it('agrees with central differences for every parameter, input and initial state, over random shapes', () => {
    fc.assert(
      fc.property(shapes, ({ seed, inputs, lookAhead, ...shape }) => {
        const config: ReferenceConfig =
          lookAhead === null
            ? { ...networkConfig(), ...shape, inputs }
            : { ...networkConfig(), ...shape, inputs: inputs + lookAhead.steps * lookAhead.width, lookAhead };
        const random = new Random(seed);
        const network = new Network(config);
        initialise(network.parameters, random, 1);
        for (let k = 0; k < network.parameters.flat.length; k++)
          network.parameters.flat[k] += 0.1 * random.normal();
        const window = new Window(network, config.inputs, config.window);
        const loss = createLoss(config.loss);
        const count = config.window * config.targets;
        const targets = Float64Array.from({ length: count }, () => random.normal());
        const weights = Float64Array.from({ length: count }, () => random.uniform());
        const vary = [network.parameters.flat, ...window.inputs, ...window.states[0]];
        for (const x of [...window.inputs, ...window.states[0]])
          for (let k = 0; k < x.length; k++) x[k] = random.normal();

        const evaluate = (): number => {
          window.forward();
          return window.loss(loss, targets, weights, 0, config.targets, config.targets);
        };
        evaluate();
        window.backward();
        const analytic = [
          network.gradient.flat.slice(),
          ...window.dInputs.map((d) => d.slice()),
          ...window.dInitialStates.map((d) => d.slice()),
        ];
        for (const [group, vector] of vary.entries()) {
          for (let k = 0; k < vector.length; k++) {
            const value = vector[k];
            vector[k] = value + STEP;
            const above = evaluate();
            vector[k] = value - STEP;
            const below = evaluate();
            vector[k] = value;
            // A kink of the Laplace or Huber loss between the two points makes differences useless there.
            const numeric = (above - below) / (2 * STEP);
            expect(disagreement(analytic[group][k], numeric)).toBeLessThan(
              config.loss.name === 'laplace' ? 1e-3 : 1e-5,
            );
          }
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('caps change the gradient of the Laplace loss and not its value', () => {
    const capped = createLoss({ name: 'laplace', maxWeight: 10, maxRatio: 8 });
    const plain = createLoss({ name: 'laplace' });
    const output = Float64Array.of(0, Math.log(0.01));
    const [a, b] = [new Float64Array(2), new Float64Array(2)];
    expect(capped.accumulate(output, a, 0, 1, 5, 1)).toBe(plain.accumulate(output, b, 0, 1, 5, 1));
    expect([...a]).toEqual([-10, 1 - 8]);
    expect(b[0]).toBeCloseTo(-100, 9);
    expect(b[1]).toBeCloseTo(1 - 500, 9);
  });

  it('a weight of 0 leaves a target out, even when it is NaN', () => {
    for (const config of losses) {
      const network = new Network({ ...networkConfig(), loss: config });
      initialise(network.parameters, new Random(3), 1);
      const window = new Window(network, 1, 2);
      window.inputs[0][0] = 0.3;
      window.forward();
      const loss = window.loss(
        createLoss(config),
        Float64Array.of(0.5, Number.NaN),
        Float64Array.of(1, 0),
        0,
        1,
        1,
      );
      window.backward();
      expect(Number.isFinite(loss)).toBe(true);
      expect(network.gradient.flat.every(Number.isFinite)).toBe(true);
    }
  });
});
