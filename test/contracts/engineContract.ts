import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { CellName } from '../../src/numerics/cells/cell.ts';
import type { Engine, LearnReport } from '../../src/numerics/engines/engine.ts';
import { ReferenceEngine } from '../../src/numerics/engines/reference.ts';
import { initialise } from '../../src/numerics/initialise.ts';
import type { NetworkConfig } from '../../src/numerics/networkConfig.ts';
import { createParameters, outputCount } from '../../src/numerics/parameters.ts';
import { networkConfig } from '../support/networkConfig.ts';
import { engineGolden } from './engineGolden.ts';
import { closeTo, type Tolerance, toleranceOf } from './tolerance.ts';

export interface EngineUnderTest {
  readonly name: string;
  readonly create: (config: NetworkConfig) => Engine;
  /** The cells it runs. */
  readonly cells: readonly CellName[];
  /** Configurations that it is compared with the reference on; fewer where it is slow. Default 30. */
  readonly runs?: number;
}

const RATE = 0.003;
/** One seed for all: a float32 engine is held to a tolerance, and which cases it is tried on must not depend on luck. */
const SEED = 20;

/** What every engine promises, whatever does the arithmetic. The reference engine says what is correct. */
export function engineContract({ name, create, cells, runs = 30 }: EngineUnderTest): void {
  describe(`engine contract: ${name}`, () => {
    const made: Engine[] = [];
    afterEach(() => {
      for (const engine of made.splice(0)) engine.dispose();
    });
    /** An engine with the weights that the seed gives. */
    const start = (config: NetworkConfig, seed = 1, make = create): Engine => {
      const engine = make(config);
      made.push(engine);
      engine.writeParameters(startingParameters(config, seed));
      return engine;
    };
    const reference = (config: NetworkConfig, seed?: number): Engine =>
      start(config, seed, (c) => new ReferenceEngine(c));
    const base = networkConfig({ cell: cells[0], inputs: 3, hidden: 6, targets: 2, window: 5 });
    const tolerance = toleranceOf(start(base).precision);

    it('names itself, its precision and its configuration', () => {
      const engine = start(base);
      expect(engine.name).toBe(name);
      expect(['float64', 'float32']).toContain(engine.precision);
      expect(engine.config).toEqual(base);
    });

    it('advances as the reference does', () => {
      fc.assert(
        fc.property(configs(cells), fc.nat(), (config, seed) => {
          const engine = start(config, seed);
          const oracle = reference(config, seed);
          const feed = new Feed(config, seed);
          for (let event = 0; event < 2 * (config.window + config.delay) + 3; event++) {
            const x = feed.inputs();
            closeTo(advance(engine, x), advance(oracle, x), tolerance, `output of event ${event}`);
          }
        }),
        { seed: SEED, numRuns: runs },
      );
    });

    it('learns as the reference does: loss, gradient norm and parameters after 1 and 10 updates', () => {
      fc.assert(
        fc.property(configs(cells), fc.nat(), fc.integer({ min: 1, max: 7 }), (config, seed, stride) => {
          const engine = start(config, seed);
          const oracle = reference(config, seed);
          const feed = new Feed(config, seed);
          for (let update = 0; update < 10; ) {
            const x = feed.inputs();
            closeTo(advance(engine, x), advance(oracle, x), tolerance, `output before update ${update + 1}`);
            if (!feed.due(stride)) continue;
            update++;
            const { targets, weights } = feed.sample();
            const report = engine.learn(targets, weights, RATE);
            const expected = oracle.learn(targets, weights, RATE);
            expect(report.applied, `update ${update} applied`).toBe(expected.applied);
            closeTo([report.loss], [expected.loss], tolerance, `loss of update ${update}`);
            closeTo(
              [report.gradientNorm],
              [expected.gradientNorm],
              tolerance,
              `gradient norm of update ${update}`,
            );
            if (update === 1 || update === 10) {
              const after = `parameters after update ${update}`;
              closeTo(engine.readParameters(), oracle.readParameters(), tolerance, after);
            }
          }
        }),
        { seed: SEED, numRuns: runs },
      );
    });

    it('learns as the reference does when the stride is the window, where nothing need be computed twice', () => {
      for (const layers of [1, 2]) {
        for (const delay of [0, 2]) {
          const config = { ...base, layers, delay, series: 11, skip: true };
          const engine = start(config);
          const oracle = reference(config);
          const feed = new Feed(config, 3);
          for (let event = 1; event <= 12 * config.window; event++) {
            const x = feed.inputs();
            closeTo(advance(engine, x), advance(oracle, x), tolerance, `output of event ${event}`);
            if (!feed.due(config.window)) continue;
            const { targets, weights } = feed.sample();
            expectReport(
              engine.learn(targets, weights, RATE),
              oracle.learn(targets, weights, RATE),
              tolerance,
            );
          }
          closeTo(engine.readParameters(), oracle.readParameters(), tolerance, 'parameters');
        }
      }
    });

    it('leaves out a target of weight 0, NaN or not', () => {
      for (const loss of LOSSES) {
        const config = { ...base, loss };
        const feed = new Feed(config, 5);
        const [first, second] = [start(config), start(config)];
        while (!first.canLearn) {
          const x = feed.inputs();
          advance(first, x);
          advance(second, x);
        }
        const { targets, weights } = feed.sample();
        for (let k = 0; k < weights.length; k += 2) weights[k] = 0;
        const holes = targets.map((target, k) => (weights[k] === 0 ? NaN : target));
        const report = { ...first.learn(targets, weights, RATE) };
        expect({ ...second.learn(holes, weights, RATE) }).toEqual(report);
        expect(report.applied).toBe(true);
        expect(second.readParameters()).toEqual(first.readParameters());
      }
    });

    it('has nothing to learn when every weight is 0: the loss is 0 and SGD stays where it is', () => {
      const engine = start({ ...base, optimizer: { name: 'sgd' } });
      const feed = new Feed(base, 6);
      while (!engine.canLearn) advance(engine, feed.inputs());
      const before = engine.readParameters();
      const { targets } = feed.sample();
      const report = { ...engine.learn(targets.fill(NaN), new Float64Array(targets.length), RATE) };
      expect(report).toEqual({ loss: 0, gradientNorm: 0, applied: true });
      expect(engine.readParameters()).toEqual(before);
    });

    it.each([NaN, Infinity, -Infinity])(
      'drops the update and keeps weights and optimiser when an input was %d',
      (bad) => {
        for (const optimizer of OPTIMIZERS) {
          const config = { ...base, optimizer, skip: true };
          const engine = start(config);
          const feed = new Feed(config, 7);
          while (!engine.canLearn) advance(engine, feed.inputs());
          const { targets, weights } = feed.sample();
          engine.learn(targets, weights, RATE);
          const { parameters, ...before } = engine.save();
          advance(engine, feed.inputs().fill(bad));
          expect(engine.learn(targets, weights, RATE).applied).toBe(false);
          const after = engine.save();
          expect(after.parameters).toEqual(parameters);
          for (const key of Object.keys(before).filter((key) => key.startsWith('optimizer'))) {
            expect(after[key], key).toEqual(before[key]);
          }
        }
      },
    );

    it.each([NaN, Infinity])('drops the update when a target that counts is %d', (bad) => {
      const engine = start(base);
      const feed = new Feed(base, 8);
      while (!engine.canLearn) advance(engine, feed.inputs());
      const before = engine.readParameters();
      const { targets, weights } = feed.sample();
      targets[3] = bad;
      weights[3] = 1;
      expect(engine.learn(targets, weights, RATE).applied).toBe(false);
      expect(engine.readParameters()).toEqual(before);
      expect(engine.learn(feed.sample().targets, weights, RATE).applied).toBe(true);
    });

    it('keeps the series apart: one that broke does not touch the outputs of the others', () => {
      for (const series of [2, 3, 9]) {
        const config = { ...base, series, layers: 2 };
        const [sound, broken] = [start(config), start(config)];
        const feed = new Feed(config, 9);
        const outputs = config.targets;
        for (let event = 0; event < 8; event++) {
          const x = feed.inputs();
          const expected = advance(sound, x);
          const bad = Float64Array.from(x);
          bad.fill(NaN, config.inputs, 2 * config.inputs); // series 1
          const actual = advance(broken, bad);
          expect(actual.slice(0, outputs)).toEqual(expected.slice(0, outputs));
          expect(actual.slice(2 * outputs)).toEqual(expected.slice(2 * outputs));
        }
      }
    });

    it('can learn once window and delay are behind it, and says so', () => {
      const config = { ...base, window: 3, delay: 2 };
      const engine = start(config);
      const feed = new Feed(config, 10);
      const { targets, weights } = feed.sample();
      for (let advanced = 0; advanced < 5; advanced++) {
        expect(engine.canLearn).toBe(false);
        expect(() => engine.learn(targets, weights, RATE)).toThrow(/before a whole window/);
        advance(engine, feed.inputs());
      }
      expect(engine.canLearn).toBe(true);
      expect(engine.learn(targets, weights, RATE).applied).toBe(true);
    });

    it('gives the same bits for the same calls, whatever comes after', () => {
      const config = { ...base, series: 3, delay: 1 };
      const outputs = (engine: Engine, futureSeed: number): Float64Array[] => {
        const all: Float64Array[] = [];
        let feed = new Feed(config, 11);
        for (let event = 0; event < 30; event++) {
          if (event === 20) feed = new Feed(config, futureSeed);
          all.push(advance(engine, feed.inputs()));
          if (engine.canLearn) engine.learn(feed.sample().targets, feed.sample().weights, RATE);
        }
        return all;
      };
      const once = outputs(start(config), 12);
      const again = outputs(start(config), 13);
      expect(again.slice(0, 20)).toEqual(once.slice(0, 20));
      expect(again[20]).not.toEqual(once[20]);
    });

    it('does not move the carried state by learning: a step of rate 0 changes no output', () => {
      const config = { ...base, optimizer: { name: 'sgd' as const } };
      const [learning, resting] = [start(config), start(config)];
      const feed = new Feed(config, 14);
      for (let event = 0; event < 20; event++) {
        const x = feed.inputs();
        expect(advance(learning, x)).toEqual(advance(resting, x));
        if (learning.canLearn) learning.learn(feed.sample().targets, feed.sample().weights, 0);
      }
    });

    it('continues bit for bit from a save at any step', () => {
      for (const stride of [1, base.window]) {
        for (const optimizer of OPTIMIZERS) {
          const config = {
            ...base,
            series: stride === 1 ? 2 : 9,
            layers: 2,
            delay: stride === 1 ? 1 : 0,
            optimizer,
          };
          const events = 17; // three windows of updates
          const engine = start(config);
          const trace = run(engine, config, 0, events, stride);
          const final = engine.save();
          const first = start(config);
          for (let stop = 0; stop < events; stop++) {
            const second = start(config, 99);
            second.load(first.save());
            expect(second.save()).toEqual(first.save());
            expect(run(second, config, stop, events, stride)).toEqual(trace.slice(stop));
            expect(second.save()).toEqual(final);
            run(first, config, stop, stop + 1, stride);
          }
        }
      }
    });

    it('saves a copy', () => {
      const engine = start(base);
      const saved = engine.save();
      const parameters = saved.parameters.slice();
      run(engine, base, 0, 10, 1);
      expect(saved.parameters).toEqual(parameters);
    });

    it('refuses a state of another shape and stays as it was', () => {
      const engine = start(base);
      run(engine, base, 0, 7, 1);
      const before = engine.save();
      const { parameters, ...rest } = before;
      expect(() => engine.load(rest)).toThrow(/parameters/);
      expect(() => engine.load({ ...rest, parameters: parameters.slice(1) })).toThrow(/parameters/);
      expect(() => engine.load(start({ ...base, hidden: 5 }).save())).toThrow();
      expect(engine.save()).toEqual(before);
    });

    it('reads the parameters that were written, to its precision', () => {
      const engine = start(base, 1);
      const parameters = startingParameters(base, 21);
      engine.writeParameters(parameters);
      const exact = engine.precision === 'float64' ? parameters : parameters.map(Math.fround);
      expect(engine.readParameters()).toEqual(exact);
      const oracle = reference(base, 21);
      const feed = new Feed(base, 15);
      const x = feed.inputs();
      closeTo(advance(engine, x), advance(oracle, x), tolerance, 'output under the written parameters');
    });

    it('stays finite on a constant stream, and ends up predicting it', () => {
      for (const optimizer of OPTIMIZERS) {
        const config = { ...base, inputs: 1, targets: 1, optimizer };
        const engine = start(config);
        const x = Float64Array.of(0.5);
        const targets = new Float64Array(config.window).fill(0.5);
        const weights = new Float64Array(config.window).fill(1);
        let report: LearnReport | undefined;
        let output: Float64Array = x;
        for (let event = 0; event < 600; event++) {
          output = advance(engine, x);
          if (engine.canLearn) report = engine.learn(targets, weights, 0.01);
        }
        expect(report?.applied).toBe(true);
        expect(output[0]).toBeCloseTo(0.5, 1);
        expect(engine.readParameters().every(Number.isFinite)).toBe(true);
      }
    });

    engineGolden({ create, cells });
  });
}

const LOSSES: readonly NetworkConfig['loss'][] = [
  { name: 'mse' },
  { name: 'huber', delta: 0.5 },
  { name: 'gaussian' },
  { name: 'laplace' },
  { name: 'laplace', smooth: 0.2, maxWeight: 1.5, maxRatio: 1 },
];

/** With an ε that keeps a gradient of float32 rounding error from being blown up to a full step. */
const OPTIMIZERS: readonly NetworkConfig['optimizer'][] = [
  { name: 'sgd' },
  { name: 'sgd', momentum: 0.9 },
  { name: 'rmsprop', epsilon: 1e-3 },
  { name: 'adam' },
  { name: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-4 },
];

function configs(cells: readonly CellName[]): fc.Arbitrary<NetworkConfig> {
  return fc.record({
    cell: fc.constantFrom(...cells),
    inputs: fc.integer({ min: 1, max: 9 }),
    hidden: fc.integer({ min: 1, max: 19 }),
    layers: fc.integer({ min: 1, max: 3 }),
    targets: fc.integer({ min: 1, max: 5 }),
    skip: fc.boolean(),
    series: fc.integer({ min: 1, max: 9 }),
    window: fc.integer({ min: 1, max: 9 }),
    delay: fc.integer({ min: 0, max: 4 }),
    loss: fc.constantFrom(...LOSSES),
    optimizer: fc.constantFrom(...OPTIMIZERS),
    clipNorm: fc.constantFrom(0.1, 1, 100),
  });
}

function startingParameters(config: NetworkConfig, seed: number): Float64Array {
  const random = new Random(seed);
  const parameters = createParameters(config);
  initialise(parameters, random, 1);
  // Biases, head and skip start at 0: give them something too, or a mistake in them would not show.
  for (let k = 0; k < parameters.flat.length; k++) parameters.flat[k] += 0.1 * random.normal();
  return parameters.flat;
}

/** The stream of events and batchSize that a seed gives. */
class Feed {
  readonly #config: NetworkConfig;
  readonly #random: Random;
  #advanced = 0;

  constructor(config: NetworkConfig, seed: number) {
    this.#config = config;
    this.#random = new Random(seed);
  }

  inputs(): Float64Array {
    this.#advanced++;
    return Float64Array.from({ length: this.#config.series * this.#config.inputs }, () =>
      this.#random.normal(),
    );
  }

  /** True at every `stride`-th event from the first full window on. */
  due(stride: number): boolean {
    const { window, delay } = this.#config;
    const since = this.#advanced - window - delay;
    return since >= 0 && since % stride === 0;
  }

  sample(): { targets: Float64Array; weights: Float64Array } {
    const length = this.#config.series * this.#config.window * this.#config.targets;
    return {
      targets: Float64Array.from({ length }, () => this.#random.normal()),
      weights: Float64Array.from({ length }, () =>
        this.#random.below(5) === 0 ? 0 : this.#random.uniform() + 0.5,
      ),
    };
  }
}

/** Outputs and reports of the events from `from` to `to`, each event's numbers given by its index. */
function run(engine: Engine, config: NetworkConfig, from: number, to: number, stride: number): unknown[] {
  const trace: unknown[] = [];
  for (let event = from; event < to; event++) {
    const feed = new Feed(config, 1000 + event);
    const output = advance(engine, feed.inputs());
    const learns = engine.canLearn && (event + 1) % stride === 0;
    const { targets, weights } = feed.sample();
    trace.push(learns ? { output, ...engine.learn(targets, weights, RATE) } : { output });
  }
  return trace;
}

function advance(engine: Engine, x: Float64Array): Float64Array {
  const { config } = engine;
  const output = new Float64Array(config.series * outputCount(config));
  engine.advanceInto(output, x);
  return output;
}

function expectReport(actual: LearnReport, expected: LearnReport, tolerance: Tolerance): void {
  expect(actual.applied).toBe(expected.applied);
  closeTo(
    [actual.loss, actual.gradientNorm],
    [expected.loss, expected.gradientNorm],
    tolerance,
    'loss, norm',
  );
}
