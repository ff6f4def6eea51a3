import { setFlagsFromString } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Engine } from '../../../src/numerics/engines/engine.ts';
import { ReferenceEngine } from '../../../src/numerics/engines/reference.ts';
import { KERNEL as RELAXED } from '../../../src/numerics/engines/wasm/built/relaxed.ts';
import { KERNEL as SIMD } from '../../../src/numerics/engines/wasm/built/simd.ts';
import { compileKernel, type Kernel, kernelBytes } from '../../../src/numerics/engines/wasm/kernel.ts';
import { threadKernel } from '../../../src/numerics/engines/wasm/threadKernel.ts';
import { WasmEngine } from '../../../src/numerics/engines/wasm/wasmEngine.ts';
import type { NetworkConfig } from '../../../src/numerics/networkConfig.ts';
import { createParameters, outputCount } from '../../../src/numerics/parameters.ts';
import { closeTo, toleranceOf } from '../../contracts/tolerance.ts';
import { networkConfig } from '../../support/networkConfig.ts';
import { WASM_CELLS } from '../../support/wasmCells.ts';

// The kernel takes series eight by eight; those left over alone, or, if there are many, in a block with empty lanes.
setFlagsFromString('--experimental-wasm-relaxed-simd'); // as in wasmRelaxed.test.ts

const KERNELS: readonly [name: string, kernel: () => Kernel][] = [
  ['plain', () => compileKernel(kernelBytes(SIMD))],
  ['relaxed', () => compileKernel(kernelBytes(RELAXED))],
  ['two threads', () => threadKernel(2)],
];

const LAPLACE = { name: 'laplace', smooth: 0.2, maxWeight: 10, maxRatio: 8 } as const;

const configs: fc.Arbitrary<NetworkConfig> = fc
  .record({
    cell: fc.constantFrom(...WASM_CELLS),
    inputs: fc.integer({ min: 1, max: 9 }),
    hidden: fc.integer({ min: 1, max: 19 }),
    layers: fc.integer({ min: 1, max: 2 }),
    targets: fc.integer({ min: 1, max: 5 }),
    skip: fc.boolean(),
    series: fc.constantFrom(7, 8, 9, 15, 16, 22, 31),
    window: fc.integer({ min: 1, max: 6 }),
    delay: fc.integer({ min: 0, max: 3 }),
    loss: fc.constantFrom(LAPLACE, { name: 'mse' } as const),
  })
  .map((shape) => networkConfig({ ...shape, optimizer: { name: 'sgd', momentum: 0.9 } }));

function startingParameters(config: NetworkConfig, random: Random): Float64Array {
  return createParameters(config).flat.map(() => 0.3 * random.normal());
}

function advance(engine: Engine, x: Float64Array): Float64Array {
  const output = new Float64Array(engine.config.series * outputCount(engine.config));
  engine.advanceInto(output, x);
  return output;
}

describe.each(KERNELS)('series in blocks, %s', (_name, load) => {
  const kernel = load();

  it('have the same outputs as each of them alone, bit for bit', () => {
    fc.assert(
      fc.property(configs, fc.nat(), (config, seed) => {
        const random = new Random(seed);
        const parameters = startingParameters(config, random);
        const together = new WasmEngine(config, kernel);
        together.writeParameters(parameters);
        const alone = Array.from({ length: config.series }, () => {
          const engine = new WasmEngine({ ...config, series: 1 }, kernel);
          engine.writeParameters(parameters);
          return engine;
        });
        for (let event = 0; event < 2 * (config.window + config.delay) + 3; event++) {
          const x = Float64Array.from({ length: config.series * config.inputs }, () => random.normal());
          const outputs = alone.flatMap((engine, b) => [
            ...advance(engine, x.subarray(b * config.inputs, (b + 1) * config.inputs)),
          ]);
          expect([...advance(together, x)]).toEqual(outputs);
        }
        for (const engine of [together, ...alone]) engine.dispose();
      }),
      { seed: 21, numRuns: 30 },
    );
  });

  it('learn as the reference does', () => {
    fc.assert(
      fc.property(configs, fc.nat(), (config, seed) => {
        const random = new Random(seed);
        const engine = new WasmEngine(config, kernel);
        const oracle = new ReferenceEngine(config);
        const parameters = startingParameters(config, random);
        for (const each of [engine, oracle]) each.writeParameters(parameters);
        const normals = (length: number): Float64Array =>
          Float64Array.from({ length }, () => random.normal());
        const tolerance = toleranceOf('float32');
        for (let event = 0; event < 3 * (config.window + config.delay); event++) {
          const x = normals(config.series * config.inputs);
          closeTo(advance(engine, x), advance(oracle, x), tolerance, `output of event ${event}`);
          if (!engine.canLearn) continue;
          const targets = normals(config.series * config.window * config.targets);
          const weights = targets.map(() => (random.below(4) === 0 ? 0 : 1 + random.uniform()));
          const report = { ...engine.learn(targets, weights, 0.01) };
          const expected = oracle.learn(targets, weights, 0.01);
          closeTo([report.loss], [expected.loss], tolerance, 'loss');
          closeTo([report.gradientNorm], [expected.gradientNorm], tolerance, 'gradient norm');
        }
        closeTo(engine.readParameters(), oracle.readParameters(), tolerance, 'parameters');
        engine.dispose();
      }),
      { seed: 22, numRuns: 30 },
    );
  });

  it('continue bit for bit from a save at any step', () => {
    for (const stride of [1, 4]) {
      const config = networkConfig({ inputs: 3, hidden: 6, layers: 2, window: 4, series: 18 });
      const events = 14;
      const run = (engine: Engine, from: number, to: number): unknown[] => {
        const trace: unknown[] = [];
        for (let event = from; event < to; event++) {
          const random = new Random(event);
          const normals = (length: number): Float64Array =>
            Float64Array.from({ length }, () => random.normal());
          trace.push(advance(engine, normals(3 * 18)));
          if (!engine.canLearn || (event + 1) % stride !== 0) continue;
          trace.push({ ...engine.learn(normals(4 * 18), new Float64Array(4 * 18).fill(1), 0.01) });
        }
        return trace;
      };
      const [engine, first] = [new WasmEngine(config, kernel), new WasmEngine(config, kernel)];
      const parameters = startingParameters(config, new Random(1));
      for (const each of [engine, first]) each.writeParameters(parameters);
      run(engine, 0, events);
      for (let stop = 0; stop < events; stop++) {
        const second = new WasmEngine(config, kernel);
        second.load(first.save());
        expect(second.save()).toEqual(first.save());
        run(second, stop, events);
        expect(second.save()).toEqual(engine.save());
        second.dispose();
        run(first, stop, stop + 1);
      }
    }
  });
});
