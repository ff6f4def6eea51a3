import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { CellName } from '../../src/numerics/cells/cell.ts';
import { createCell } from '../../src/numerics/cells/createCell.ts';
import type { EngineState } from '../../src/numerics/engines/engine.ts';
import type { FleetConfig, FleetEngine } from '../../src/numerics/engines/fleet/fleetEngine.ts';
import { ReferenceEngine } from '../../src/numerics/engines/reference.ts';
import { initialise } from '../../src/numerics/initialise.ts';
import type { NetworkConfig } from '../../src/numerics/networkConfig.ts';
import { createParameters, outputCount } from '../../src/numerics/parameters.ts';
import { networkConfig } from '../support/networkConfig.ts';
import { closeTo, toleranceOf } from './tolerance.ts';

export interface FleetUnderTest {
  readonly name: string;
  readonly create: (config: FleetConfig) => FleetEngine;
  /** Whether a slot's bits are the same whatever slots share its call; else they agree to the precision. */
  readonly exact: boolean;
  /** @default 'lstm' */
  readonly cell?: CellName;
  /** @default 40 */
  readonly runs?: number;
}

const RATE = 0.003;

/** What every fleet engine promises. Oracles are reference engines of one series, or of R for an update. */
export function fleetContract({ name, create, exact, cell = 'lstm', runs = 40 }: FleetUnderTest): void {
  describe(`fleet contract: ${name}`, () => {
    const made: FleetEngine[] = [];
    afterEach(() => {
      for (const fleet of made.splice(0)) fleet.dispose();
    });
    const start = (config: FleetConfig, seed = 1): FleetEngine => {
      const fleet = create(config);
      made.push(fleet);
      fleet.writeParameters(startingParameters(config, seed));
      return fleet;
    };
    const configs = configsOf(cell);
    const base = fleetConfig({ cell, inputs: 3, hidden: 6, targets: 2, window: 4, batchSize: 3 });
    const tolerance = toleranceOf(start(base).precision);
    const cases = { seed: 31, numRuns: runs };

    it('names itself, its precision and its configuration', () => {
      const fleet = start(base);
      expect(fleet.name).toBe(name);
      expect(fleet.config).toEqual(base);
      expect(['float64', 'float32']).toContain(fleet.precision);
    });

    it('advances any of its slots as an engine of that one series would', () => {
      fc.assert(
        fc.property(configs, fc.nat(), fc.integer({ min: 1, max: 7 }), (config, seed, keys) => {
          const fleet = start(config, seed);
          const random = new Random(seed);
          const slots = Array.from({ length: keys }, () => fleet.acquire());
          const oracles = slots.map(() => reference(config, seed));
          for (let call = 0; call < 3 * config.window; call++) {
            const chosen = slots.map((_, k) => k).filter(() => random.below(2) === 0);
            const x = normals(random, chosen.length * config.inputs);
            const output = advance(
              fleet,
              chosen.map((k) => slots[k]),
              x,
            );
            const O = outputCount(oracles[0].config);
            for (const [n, k] of chosen.entries()) {
              const expected = new Float64Array(O);
              oracles[k].advanceInto(expected, x.slice(n * config.inputs, (n + 1) * config.inputs));
              closeTo(output.slice(n * O, (n + 1) * O), expected, tolerance, `call ${call}, key ${k}`);
            }
          }
        }),
        cases,
      );
    });

    it('learns as the reference does from R segments, whichever slots they come from', () => {
      fc.assert(
        fc.property(configs, fc.nat(), fc.integer({ min: 1, max: 5 }), (config, seed, keys) => {
          const fleet = start(config, seed);
          const oracle = new BatchOracle(config, seed);
          const random = new Random(seed);
          const slots = Array.from({ length: keys }, () => fleet.acquire());
          for (let updates = 0; updates < 4; ) {
            const slot = slots[random.below(keys)];
            if (fleet.steps(slot) === config.window) {
              const sample = {
                segment: fleet.saveSlot(slot),
                targets: normals(random, config.window * config.targets),
                weights: weightsOf(random, config.window * config.targets),
              };
              fleet.addSample(slot, sample.targets, sample.weights);
              oracle.addSample(sample);
              expect(fleet.steps(slot)).toBe(0);
              expect(fleet.sampleCount).toBe(oracle.sampleCount);
            }
            if (fleet.sampleCount === config.batchSize) {
              const report = fleet.learn(RATE);
              const expected = oracle.learn(RATE);
              expect(report.applied).toBe(expected.applied);
              closeTo([report.loss], [expected.loss], tolerance, 'loss');
              closeTo([report.gradientNorm], [expected.gradientNorm], tolerance, 'gradient norm');
              closeTo(fleet.readParameters(), oracle.parameters, tolerance, `update ${updates}`);
              expect(fleet.sampleCount).toBe(0);
              updates++;
            }
            advance(fleet, [slot], normals(random, config.inputs));
          }
        }),
        cases,
      );
    });

    it('uses what was learnt for the events that follow, and does not move states by learning', () => {
      const fleet = start({ ...base, batchSize: 1, optimizer: { name: 'sgd' } });
      const [a, b] = [fleet.acquire(), fleet.acquire()];
      const random = new Random(3);
      for (let t = 0; t < base.window; t++) advance(fleet, [a, b], normals(random, 2 * base.inputs));
      const before = [fleet.saveSlot(b), fleet.readParameters()];
      const sample = normals(random, base.window * base.targets);
      fleet.addSample(a, sample, ones(sample.length));
      fleet.learn(0.1);
      expect(fleet.saveSlot(b)).toEqual(before[0]);
      expect(fleet.readParameters()).not.toEqual(before[1]);
      const oracle = new ReferenceEngine(singleConfig(base));
      oracle.writeParameters(fleet.readParameters());
      placeState(oracle, fleet.saveSlot(b), base);
      const x = normals(random, base.inputs);
      const expected = new Float64Array(outputCount(oracle.config));
      oracle.advanceInto(expected, x);
      closeTo(advance(fleet, [b], x), expected, tolerance, 'output after learning');
    });

    it(`gives ${exact ? 'the same bits' : 'the same to its precision'} in calls of one slot and of many`, () => {
      const [one, many] = [start(base), start(base)];
      const slots = Array.from({ length: 33 }, () => one.acquire());
      for (const _ of slots) many.acquire();
      const random = new Random(4);
      for (let call = 0; call < 9; call++) {
        const x = normals(random, slots.length * base.inputs);
        const together = advance(many, slots, x);
        const apart = slots.map((slot, n) =>
          advance(one, [slot], x.slice(n * base.inputs, (n + 1) * base.inputs)),
        );
        const joined = Float64Array.from(apart.flatMap((output) => [...output]));
        if (exact) expect(together).toEqual(joined);
        else closeTo(together, joined, tolerance, `call ${call}`);
      }
    });

    it('lets slots join and leave without touching the others', () => {
      const [calm, busy] = [start(base), start(base)];
      const [calmSlot, busySlot] = [calm.acquire(), busy.acquire()];
      const random = new Random(5);
      const guests: number[] = [];
      for (let event = 0; event < 60; event++) {
        const x = normals(random, base.inputs);
        if (event % 3 === 0) guests.push(...Array.from({ length: 40 }, () => busy.acquire()));
        if (event % 7 === 6) for (const guest of guests.splice(0, 100)) busy.release(guest);
        if (guests.length > 0) advance(busy, [guests[0]], normals(random, base.inputs));
        expect(advance(busy, [busySlot], x)).toEqual(advance(calm, [calmSlot], x));
        expect(busy.size).toBe(1 + guests.length);
      }
    });

    it('starts a slot that is used again like a new one', () => {
      const fleet = start(base);
      const used = fleet.acquire();
      const random = new Random(6);
      for (let event = 0; event < 6; event++) advance(fleet, [used], normals(random, base.inputs));
      fleet.release(used);
      const again = fleet.acquire();
      expect(again).toBe(used);
      expect(fleet.steps(again)).toBe(0);
      const x = normals(random, base.inputs);
      expect(advance(fleet, [again], x)).toEqual(advance(fleet, [fleet.acquire()], x));
    });

    it('learns from a segment whose slot has left', () => {
      const [stays, leaves] = [start({ ...base, batchSize: 1 }), start({ ...base, batchSize: 1 })];
      for (const fleet of [stays, leaves]) {
        const slot = fleet.acquire();
        const random = new Random(7);
        for (let t = 0; t < base.window; t++) advance(fleet, [slot], normals(random, base.inputs));
        const sample = normals(random, base.window * base.targets);
        fleet.addSample(slot, sample, ones(sample.length));
        if (fleet === leaves) {
          fleet.release(slot);
          advance(fleet, [fleet.acquire()], normals(random, base.inputs));
        }
        fleet.learn(RATE);
      }
      expect(leaves.readParameters()).toEqual(stays.readParameters());
    });

    it('drops a full segment that nobody sampleCount, and begins another', () => {
      const fleet = start(base);
      const slot = fleet.acquire();
      const random = new Random(8);
      const counts = Array.from({ length: 2 * base.window + 1 }, () => {
        advance(fleet, [slot], normals(random, base.inputs));
        return fleet.steps(slot);
      });
      expect(counts).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1]);
    });

    it('refuses a segment that is not full, one too many, and an update too early', () => {
      const fleet = start({ ...base, batchSize: 1 });
      const slot = fleet.acquire();
      const sample = new Float64Array(base.window * base.targets);
      expect(() => fleet.learn(RATE)).toThrow(/before enough segments/);
      for (let t = 0; t < base.window; t++) {
        expect(() => fleet.addSample(slot, sample, sample)).toThrow(/before the segment was full/);
        advance(fleet, [slot], new Float64Array(base.inputs));
      }
      fleet.addSample(slot, sample, sample);
      for (let t = 0; t < base.window; t++) advance(fleet, [slot], new Float64Array(base.inputs));
      expect(() => fleet.addSample(slot, sample, sample)).toThrow(/update due/);
    });

    it.each([NaN, Infinity])(
      'drops the update when an input of a segment was %d, and keeps the weights',
      (bad) => {
        const fleet = start({ ...base, batchSize: 2 });
        const [sound, broken] = [fleet.acquire(), fleet.acquire()];
        const random = new Random(9);
        const before = fleet.readParameters();
        for (let t = 0; t < base.window; t++) {
          advance(
            fleet,
            [sound, broken],
            normals(random, 2 * base.inputs).fill(bad, t === 1 ? base.inputs : Infinity),
          );
        }
        const sample = normals(random, base.window * base.targets);
        for (const slot of [sound, broken]) fleet.addSample(slot, sample, ones(sample.length));
        expect(fleet.learn(RATE).applied).toBe(false);
        expect(fleet.readParameters()).toEqual(before);
        expect(advance(fleet, [sound], normals(random, base.inputs)).every(Number.isFinite)).toBe(true);
      },
    );

    it('continues bit for bit from a save at any event, in other slots of another fleet', () => {
      const config = { ...base, batchSize: 2 };
      const run = (fleet: FleetEngine, slots: number[], from: number, to: number): unknown[] => {
        const trace: unknown[] = [];
        for (let event = from; event < to; event++) {
          const random = new Random(100 + event);
          for (const slot of slots) {
            if (fleet.steps(slot) === config.window) {
              const sample = normals(random, config.window * config.targets);
              fleet.addSample(slot, sample, ones(sample.length));
            }
            if (fleet.sampleCount === config.batchSize) trace.push({ ...fleet.learn(RATE) });
          }
          trace.push(advance(fleet, slots, normals(random, slots.length * config.inputs)));
        }
        return trace;
      };
      const length = 20;
      for (let stop = 0; stop <= length; stop += 3) {
        const first = start(config);
        const slots = [first.acquire(), first.acquire(), first.acquire()];
        run(first, slots, 0, stop);
        const second = start(config, 99);
        second.acquire();
        second.load(first.save());
        const others = slots.map((slot) => {
          const other = second.acquire();
          second.loadSlot(other, first.saveSlot(slot));
          return other;
        });
        expect(second.save()).toEqual(first.save());
        expect(run(second, others, stop, length)).toEqual(run(first, slots, stop, length));
      }
    });

    it('saves copies', () => {
      const fleet = start(base);
      const slot = fleet.acquire();
      const [saved, savedSlot] = [fleet.save(), fleet.saveSlot(slot)];
      const [copy, copySlot] = [structuredClone(saved), savedSlot.slice()];
      advance(fleet, [slot], ones(base.inputs));
      fleet.writeParameters(startingParameters(base, 2));
      expect(saved).toEqual(copy);
      expect(savedSlot).toEqual(copySlot);
    });

    it('refuses a state of another shape and stays as it was', () => {
      const fleet = start(base);
      const slot = fleet.acquire();
      const before = fleet.save();
      const { parameters, ...rest } = before;
      expect(() => fleet.load(rest)).toThrow(/parameters/);
      expect(() => fleet.load(start({ ...base, hidden: 5 }).save())).toThrow(/missing or of another size/);
      expect(() => fleet.loadSlot(slot, new Float64Array(parameters))).toThrow(/slot/);
      expect(fleet.save()).toEqual(before);
    });

    it('refuses a number of batchSize that is none', () => {
      expect(() => create({ ...base, batchSize: 0 })).toThrow(
        /expected batchSize to be a positive integer, got 0/,
      );
    });
  });
}

/** An update by a reference engine of R series, into which the segments are put. */
class BatchOracle {
  readonly #config: FleetConfig;
  readonly #engine: ReferenceEngine;
  readonly #batchSize: { segment: Float64Array; targets: Float64Array; weights: Float64Array }[] = [];

  constructor(config: FleetConfig, seed: number) {
    const { batchSize, ...network } = config;
    this.#config = config;
    this.#engine = new ReferenceEngine({ ...network, series: batchSize, delay: 0 });
    this.#engine.writeParameters(startingParameters(config, seed));
  }

  get sampleCount(): number {
    return this.#batchSize.length;
  }

  get parameters(): Float64Array {
    return this.#engine.readParameters();
  }

  addSample(sample: { segment: Float64Array; targets: Float64Array; weights: Float64Array }): void {
    this.#batchSize.push(sample);
  }

  learn(rate: number): ReturnType<ReferenceEngine['learn']> {
    const { window, inputs } = this.#config;
    const size = stateSize(this.#config);
    const state: EngineState = this.#engine.save();
    state.advanced[0] = window;
    for (const [r, { segment }] of this.#batchSize.entries()) {
      const series = state[`series.${r}`];
      for (let t = 0; t < window; t++) {
        const at = size + t * (inputs + size);
        series.set(segment.subarray(1 + 2 * size + t * inputs, 1 + 2 * size + (t + 1) * inputs), at);
        if (t === 0) series.set(segment.subarray(1 + size, 1 + 2 * size), at + inputs);
      }
    }
    this.#engine.load(state);
    const joined = (part: 'targets' | 'weights'): Float64Array =>
      Float64Array.from(this.#batchSize.flatMap((sample) => [...sample[part]]));
    const report = this.#engine.learn(joined('targets'), joined('weights'), rate);
    this.#batchSize.length = 0;
    return report;
  }
}

function fleetConfig({ batchSize = 2, ...overrides }: Partial<FleetConfig> = {}): FleetConfig {
  const { series: _series, delay: _delay, ...network } = networkConfig(overrides);
  return { ...network, batchSize };
}

function singleConfig({ batchSize: _lessons, ...network }: FleetConfig): NetworkConfig {
  return { ...network, series: 1, delay: 0 };
}

function reference(config: FleetConfig, seed: number): ReferenceEngine {
  const engine = new ReferenceEngine(singleConfig(config));
  engine.writeParameters(startingParameters(config, seed));
  return engine;
}

/** Puts a slot's present state into the one series of `engine`. */
function placeState(engine: ReferenceEngine, slot: Float64Array, config: FleetConfig): void {
  const state = engine.save();
  state['series.0'].set(slot.subarray(1, 1 + stateSize(config)));
  engine.load(state);
}

function stateSize({ cell, hidden, layers }: FleetConfig): number {
  return createCell(cell).states * hidden * layers;
}

function configsOf(cell: CellName): fc.Arbitrary<FleetConfig> {
  return fc
    .record({
      cell: fc.constant(cell),
      inputs: fc.integer({ min: 1, max: 7 }),
      hidden: fc.integer({ min: 1, max: 13 }),
      layers: fc.integer({ min: 1, max: 3 }),
      targets: fc.integer({ min: 1, max: 4 }),
      skip: fc.boolean(),
      window: fc.integer({ min: 1, max: 6 }),
      batchSize: fc.integer({ min: 1, max: 5 }),
      loss: fc.constantFrom<FleetConfig['loss'][]>(
        { name: 'mse' },
        { name: 'gaussian' },
        { name: 'laplace', smooth: 0.2, maxWeight: 10, maxRatio: 8 },
      ),
      optimizer: fc.constantFrom<FleetConfig['optimizer'][]>(
        { name: 'sgd', momentum: 0.9 },
        { name: 'rmsprop', epsilon: 1e-3 },
        { name: 'adam', epsilon: 1e-4 },
      ),
    })
    .map(fleetConfig);
}

function startingParameters(config: FleetConfig, seed: number): Float64Array {
  const random = new Random(seed);
  const parameters = createParameters(singleConfig(config));
  initialise(parameters, random, 1);
  // Biases, head and skip start at 0: give them something too, or a mistake in them would not show.
  for (let k = 0; k < parameters.flat.length; k++) parameters.flat[k] += 0.1 * random.normal();
  return parameters.flat;
}

function advance(fleet: FleetEngine, slots: readonly number[], x: Float64Array): Float64Array {
  const output = new Float64Array(slots.length * outputCount(singleConfig(fleet.config)));
  fleet.advanceInto(output, Int32Array.from(slots), x, slots.length);
  return output;
}

function normals(random: Random, length: number): Float64Array {
  return Float64Array.from({ length }, () => random.normal());
}

function weightsOf(random: Random, length: number): Float64Array {
  return Float64Array.from({ length }, () => (random.below(5) === 0 ? 0 : random.uniform() + 0.5));
}

function ones(length: number): Float64Array {
  return new Float64Array(length).fill(1);
}
