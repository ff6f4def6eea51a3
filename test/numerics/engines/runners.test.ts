import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { createRunner } from '../../../src/numerics/engines/createRunner.ts';
import type { NetworkRunner, SeriesStates } from '../../../src/numerics/engines/networkRunner.ts';
import { ReferenceEngine } from '../../../src/numerics/engines/reference.ts';
import { initialise } from '../../../src/numerics/initialise.ts';
import type { NetworkConfig } from '../../../src/numerics/networkConfig.ts';
import { createParameters, outputCount } from '../../../src/numerics/parameters.ts';
import { closeTo, toleranceOf } from '../../contracts/tolerance.ts';
import { networkConfig } from '../../support/networkConfig.ts';
import { WASM_CELLS } from '../../support/wasmCells.ts';

const SERIES = 20; // two blocks of eight and four more

const networks = fc.record({
  cell: fc.constantFrom(...WASM_CELLS),
  inputs: fc.integer({ min: 1, max: 9 }),
  hidden: fc.integer({ min: 1, max: 19 }),
  layers: fc.integer({ min: 1, max: 2 }),
  targets: fc.integer({ min: 1, max: 3 }),
  skip: fc.boolean(),
  loss: fc.constantFrom<NetworkConfig['loss']>({ name: 'mse' }, { name: 'laplace', smooth: 0.2 }),
});

describe.each(['wasm', 'reference'] as const)('the %s runner', (name) => {
  it('advances any of its series as an engine of that one series would', () => {
    fc.assert(
      fc.property(networks, fc.nat(), (shape, seed) => {
        const config = networkConfig({ ...shape, window: 1 });
        const parameters = started(config, seed);
        const runner = createRunner(name, config, parameters);
        const oracles = Array.from({ length: SERIES }, () => {
          const engine = new ReferenceEngine(config);
          engine.writeParameters(parameters);
          return engine;
        });
        const from = 5; // states may begin anywhere
        const states = statesFor(runner, from);
        const random = new Random(seed);
        const O = outputCount(config);
        for (let call = 0; call < 6; call++) {
          const due = Array.from({ length: SERIES }, (_, k) => k).filter(() => random.below(4) > 0);
          const x = normals(random, due.length * config.inputs);
          const output = new Float64Array(due.length * O);
          runner.advanceInto(output, states, from, Int32Array.from(due), x, due.length);
          const expected = new Float64Array(due.length * O);
          for (const [n, k] of due.entries()) {
            const event = x.subarray(n * config.inputs, (n + 1) * config.inputs);
            oracles[k].advanceInto(expected.subarray(n * O, (n + 1) * O), event);
          }
          closeTo(output, expected, toleranceOf(runner.precision), `call ${call}`);
        }
        expect([...states.subarray(0, from)], 'what lies before the states').toEqual(Array(from).fill(7));
      }),
      { seed: 31, numRuns: 60 },
    );
  });

  it('gives the same bits to a series alone and among others', () => {
    const config = networkConfig({ inputs: 6, hidden: 13, targets: 3, skip: true, window: 1 });
    const runner = createRunner(name, config, started(config, 4));
    const [together, alone] = [statesFor(runner, 0), statesFor(runner, 0)];
    const random = new Random(9);
    for (let call = 0; call < 20; call++) {
      const series = Int32Array.from({ length: SERIES }, (_, k) => SERIES - 1 - k);
      const x = normals(random, SERIES * 6);
      const outputs = [new Float64Array(SERIES * 3), new Float64Array(SERIES * 3)];
      runner.advanceInto(outputs[0], together, 0, series, x, SERIES);
      for (const [n, k] of series.entries()) {
        const each = outputs[1].subarray(3 * n, 3 * n + 3);
        runner.advanceInto(each, alone, 0, Int32Array.of(k), x.subarray(6 * n, 6 * n + 6), 1);
      }
      expect(outputs[0]).toEqual(outputs[1]);
      expect(together).toEqual(alone);
    }
  });
});

function started(config: NetworkConfig, seed: number): Float64Array {
  const parameters = createParameters(config);
  initialise(parameters, new Random(seed), 1);
  return parameters.flat;
}

function statesFor(runner: NetworkRunner, from: number): SeriesStates {
  const length = from + SERIES * runner.stateSize;
  const states = runner.precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
  return states.fill(7, 0, from);
}

function normals(random: Random, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => random.normal());
}
