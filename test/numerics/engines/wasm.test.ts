import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { ReferenceEngine } from '../../../src/numerics/engines/reference.ts';
import { KERNEL as SIMD } from '../../../src/numerics/engines/wasm/built/simd.ts';
import { createWasmEngine } from '../../../src/numerics/engines/wasm/createWasmEngine.ts';
import { compileKernel, kernelBytes } from '../../../src/numerics/engines/wasm/kernel.ts';
import { loadKernel } from '../../../src/numerics/engines/wasm/loadKernel.ts';
import { WasmEngine } from '../../../src/numerics/engines/wasm/wasmEngine.ts';
import { initialise } from '../../../src/numerics/initialise.ts';
import type { NetworkConfig, ReferenceConfig } from '../../../src/numerics/networkConfig.ts';
import { createParameters } from '../../../src/numerics/parameters.ts';
import { engineContract } from '../../contracts/engineContract.ts';
import { closeTo, toleranceOf } from '../../contracts/tolerance.ts';
import { networkConfig } from '../../support/networkConfig.ts';
import { WASM_CELLS } from '../../support/wasmCells.ts';

describe.each(WASM_CELLS)('of %s', (cell) => {
  engineContract({ name: 'wasm', create: createWasmEngine, cells: [cell] });
});

const SMALLEST_NORMAL = 2 ** -126;

function isDenormal(number: number): boolean {
  return number !== 0 && Math.abs(number) < SMALLEST_NORMAL;
}

function started(config: NetworkConfig): WasmEngine {
  const engine = createWasmEngine(config);
  const parameters = createParameters(config);
  initialise(parameters, new Random(1), 1);
  engine.writeParameters(parameters.flat);
  return engine;
}

describe('the wasm engine', () => {
  it.each<[option: string, beyond: Partial<ReferenceConfig>]>([
    ['cell', { cell: 'rnn' }],
    ['gateActivation', { gateActivation: 'hardSigmoid' }],
    ['attention', { attention: 4 }],
    ['lookAhead', { inputs: 5, lookAhead: { steps: 2, width: 2 } }],
    ['loss', { loss: { name: 'crossEntropy', edges: [0] } }],
  ])('refuses by name a %s that its kernel does not have, whoever makes it', (option, beyond) => {
    const config: ReferenceConfig = { ...networkConfig(), ...beyond };
    const untyped = config as NetworkConfig; // as plain JavaScript would give it
    const refusal = expect.objectContaining({
      code: 'BAD_OPTION',
      message: expect.stringMatching(new RegExp(`^wasm engine: expected ${option} to be `)),
    });
    expect(() => createWasmEngine(untyped)).toThrow(refusal);
    expect(() => new WasmEngine(untyped, loadKernel())).toThrow(refusal);
  });

  it.each(WASM_CELLS)('continues as the reference does after an infinite input: %s', (cell) => {
    const config = networkConfig({ cell, hidden: 5, series: 9 });
    const engine = started(config);
    const reference = new ReferenceEngine(config);
    reference.writeParameters(engine.readParameters());
    const [actual, expected] = [new Float64Array(9), new Float64Array(9)];
    for (const input of [0.5, Infinity, -0.5, -Infinity, 0.2, 0.1]) {
      const x = new Float64Array(9).fill(input);
      engine.advanceInto(actual, x);
      reference.advanceInto(expected, x);
      expect(expected.every(Number.isFinite)).toBe(true);
      closeTo(actual, expected, toleranceOf('float32'), `output after ${input}`);
    }
  });

  it('refuses a network that does not fit in memory, in one line', () => {
    expect(() => createWasmEngine(networkConfig({ hidden: 20_000 }))).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: expect.stringMatching(/^wasm engine: .*fits in memory/),
      }),
    );
  });

  it('refuses use after dispose; a second dispose does nothing', () => {
    const config = networkConfig();
    const engine = started(config);
    engine.dispose();
    engine.dispose();
    expect(() => engine.advanceInto(new Float64Array(1), new Float64Array(1))).toThrow(/after dispose/);
    expect(() => engine.save()).toThrow(/after dispose/);
    expect(() => engine.writeParameters(new Float64Array(0))).toThrow(/after dispose/);
  });

  it('gives its memory back: 2,000 engines one after the other take no more than one', () => {
    const kernel = compileKernel(kernelBytes(SIMD));
    const config = networkConfig({ hidden: 64, series: 3 });
    new WasmEngine(config, kernel).dispose();
    const { byteLength } = kernel.exports.memory.buffer;
    for (let n = 0; n < 2000; n++) new WasmEngine(config, kernel).dispose();
    expect(kernel.exports.memory.buffer.byteLength).toBe(byteLength);
  });

  it('keeps running when another engine makes the memory grow', () => {
    const kernel = compileKernel(kernelBytes(SIMD));
    const config = networkConfig();
    const parameters = createParameters(config);
    initialise(parameters, new Random(1), 1);
    const outputs = [false, true].map((grow) => {
      const engine = new WasmEngine(config, kernel);
      engine.writeParameters(parameters.flat);
      const output = new Float64Array(1);
      for (let event = 0; event < 10; event++) {
        engine.advanceInto(output, Float64Array.of(event / 10));
        if (grow) new WasmEngine(networkConfig({ hidden: 100 }), kernel);
        if (engine.canLearn) engine.learn(new Float64Array(4), new Float64Array(4).fill(1), 0.01);
      }
      return output[0];
    });
    expect(outputs[1]).toBe(outputs[0]);
  });

  it('learns alike in a fleet whose history is too large to keep activations in', () => {
    const config = networkConfig({ inputs: 2, hidden: 32, window: 16, series: 300 });
    const engine = started(config);
    const reference = new ReferenceEngine(config);
    reference.writeParameters(engine.readParameters());
    const random = new Random(3);
    const normals = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
    const [actual, expected] = [new Float64Array(300), new Float64Array(300)];
    for (let event = 1; event <= 48; event++) {
      const x = normals(600);
      engine.advanceInto(actual, x);
      reference.advanceInto(expected, x);
      closeTo(actual, expected, toleranceOf('float32'), `output of event ${event}`);
      if (event % 16 !== 0) continue;
      const targets = normals(300 * 16);
      const weights = targets.map(Math.abs);
      const { loss } = engine.learn(targets, weights, 0.003);
      closeTo([loss], [reference.learn(targets, weights, 0.003).loss], toleranceOf('float32'), 'loss');
    }
    closeTo(engine.readParameters(), reference.readParameters(), toleranceOf('float32'), 'parameters');
    engine.dispose();
  });

  it.each(WASM_CELLS)('continues where the reference engine stopped, and the other way round: %s', (cell) => {
    const series = 11;
    const config = networkConfig({ cell, inputs: 2, hidden: 6, layers: 2, series, delay: 1 });
    const random = new Random(4);
    const normals = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
    const reference = new ReferenceEngine(config);
    reference.writeParameters(started(config).readParameters());
    const engine = createWasmEngine(config);
    const [actual, expected] = [new Float64Array(series), new Float64Array(series)];
    const weights = new Float64Array(4 * series).fill(1);
    for (let event = 0; event < 33; event++) {
      const [x, targets] = [normals(2 * series), normals(4 * series)];
      engine.load(reference.save());
      engine.advanceInto(actual, x);
      reference.advanceInto(expected, x);
      closeTo(actual, expected, toleranceOf('float32'), `output of event ${event}`);
      if (!reference.canLearn) continue;
      const { loss } = engine.learn(targets, weights, 0.01);
      closeTo([loss], [reference.learn(targets, weights, 0.01).loss], toleranceOf('float32'), 'loss');
      reference.load(engine.save());
    }
  });

  it.each([...WASM_CELLS.map((cell) => ({ cell, series: 1 })), { cell: 'lstm' as const, series: 11 }])(
    'allocates nothing per event of $series series, learning included ($cell)',
    ({ cell, series }) => {
      const config = networkConfig({ cell, inputs: 3, hidden: 16, targets: 2, window: 16, series });
      const engine = started(config);
      const [x, output] = [new Float64Array(3 * series).fill(0.2), new Float64Array(2 * series)];
      const [targets, weights] = [
        new Float64Array(32 * series).fill(0.5),
        new Float64Array(32 * series).fill(1),
      ];
      const bytes: number[] = [];
      const events = series === 1 ? 5000 : 1500; // enough to compile it
      for (let round = 0; round < 21; round++) {
        const before = process.memoryUsage().heapUsed;
        for (let event = 0; event < events; event++) {
          engine.advanceInto(output, x);
          if (engine.canLearn) engine.learn(targets, weights, 0.001);
        }
        bytes.push((process.memoryUsage().heapUsed - before) / events);
      }
      // The median: a round in which the garbage collector ran, or the optimising compiler, says nothing.
      expect(Math.abs(bytes.sort((a, b) => a - b)[10])).toBeLessThan(1);
    },
  );

  it.each(WASM_CELLS)('lets a state fade, but not into denormals: %s', (cell) => {
    for (const series of [1, 9]) {
      const engine = started(networkConfig({ cell, hidden: 8, series })); // biases 0: nothing but the state keeps it up
      const output = new Float64Array(series);
      for (let event = 0; event < 1000; event++)
        engine.advanceInto(output, new Float64Array(series).fill(event === 0 ? 1 : 0));
      const state = engine.save()[`series.${series - 1}`];
      expect(state.some(isDenormal)).toBe(false);
      expect(Math.max(...state.map(Math.abs))).toBeLessThan(1e-6);
      engine.dispose();
    }
  });

  it.each([
    ...(['sgd', 'rmsprop', 'adam'] as const).flatMap((name) =>
      [1, 9].map((series) => ({ cell: 'lstm' as const, name, series })),
    ),
    ...WASM_CELLS.slice(1).flatMap((cell) =>
      [1, 9].map((series) => ({ cell, name: 'adam' as const, series })),
    ),
  ])('leaves no denormals behind on $series constant streams ($cell, $name)', ({ cell, name, series }) => {
    const config = networkConfig({ cell, hidden: 8, window: 8, series, optimizer: { name } });
    const engine = started(config);
    const [x, output] = [new Float64Array(series), new Float64Array(series)];
    const [targets, weights] = [new Float64Array(8 * series), new Float64Array(8 * series).fill(1)];
    for (let event = 0; event < 20_000; event++) {
      x.fill(event < 5000 ? 0.3 : 0);
      engine.advanceInto(output, x);
      targets.fill(x[0]);
      if (engine.canLearn) engine.learn(targets, weights, 0.01);
    }
    for (const [vector, numbers] of Object.entries(engine.save())) {
      expect(numbers.find(isDenormal), vector).toBeUndefined();
    }
  });
});
