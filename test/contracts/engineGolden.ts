import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { CellName } from '../../src/numerics/cells/cell.ts';
import type { Engine } from '../../src/numerics/engines/engine.ts';
import type { NetworkConfig } from '../../src/numerics/networkConfig.ts';
import { createParameters } from '../../src/numerics/parameters.ts';
import { describeWithShared } from '../support/environment/shared.ts';
import { flatten, type Golden, type Nested } from '../support/golden.ts';
import { networkConfig } from '../support/networkConfig.ts';
import { closeTo, toleranceOf } from './tolerance.ts';

interface Options {
  readonly create: (config: NetworkConfig) => Engine;
  readonly cells: readonly CellName[];
}

/** Those that PyTorch has. */
const PYTORCH_CELLS: readonly CellName[] = ['lstm', 'gru', 'rnn'];

/** PyTorch's numbers through the engine's public calls alone; the initial state goes in through `load`. */
export function engineGolden({ create, cells }: Options): void {
  describeWithShared('golden/', 'PyTorch golden vectors', (folder) => {
    const files = readdirSync(folder).filter((file) =>
      cells.some((cell) => new RegExp(`^${cell}[-.]`).test(file)),
    );

    it('exist for every cell that PyTorch has', () => {
      for (const cell of cells.filter((name) => PYTORCH_CELLS.includes(name)))
        expect(files.some((file) => file.startsWith(cell))).toBe(true);
    });

    it.each(files)('%s', (file) => {
      const golden = JSON.parse(readFileSync(folder + file, 'utf8')) as Golden;
      const { T, B, D, H, layers, adam } = golden;
      const config = networkConfig({
        cell: cells.find((cell) => cell === golden.cell) ?? 'lstm',
        inputs: D,
        hidden: H,
        layers,
        targets: D,
        series: B,
        window: T,
        clipNorm: golden.clip,
        optimizer: { name: 'adam', beta1: adam.betas[0], beta2: adam.betas[1], epsilon: adam.eps },
      });
      const targets = new Float64Array(B * T * D);
      for (let b = 0; b < B; b++) {
        for (let t = 0; t < T; t++) targets.set(golden.x[t + 1][b], (b * T + t) * D);
      }
      const weights = new Float64Array(targets.length).fill(1);

      const advanced = (overrides: Partial<NetworkConfig> = {}): Engine => {
        const engine = create({ ...config, ...overrides });
        engine.writeParameters(vector(config, golden.params));
        startFrom(engine, golden);
        const output = new Float64Array(B * D);
        for (let t = 0; t < T; t++) {
          engine.advanceInto(output, Float64Array.from(golden.x[t].flat()));
          closeTo(output, golden.pred[t].flat(), toleranceOf(engine.precision), `forecast ${t}`);
        }
        return engine;
      };

      // A step of plain SGD without clipping is the gradient.
      const descending = advanced({ optimizer: { name: 'sgd' }, clipNorm: 1e9 });
      const before = descending.readParameters();
      descending.learn(targets, weights, 1);
      const gradient = descending.readParameters().map((value, k) => before[k] - value);
      const tolerance = toleranceOf(descending.precision);
      closeTo(gradient, vector(config, golden.grads), tolerance, 'gradient');
      descending.dispose();

      const engine = advanced();
      for (const [n, step] of adam.steps.entries()) {
        const report = { ...engine.learn(targets, weights, adam.lr) };
        if (n === 0) closeTo([report.gradientNorm], [golden.grad_global_norm], tolerance, 'global norm');
        const loss = n === 0 ? golden.loss : adam.steps[n - 1].loss_after;
        closeTo([report.loss], [loss], tolerance, `loss before step ${n + 1}`);
        closeTo(
          engine.readParameters(),
          vector(config, step.params),
          tolerance,
          `parameters after step ${n + 1}`,
        );
      }
      engine.dispose();
    });
  });
}

/** PyTorch's tensors in the order of `createParameters`. */
function vector(config: NetworkConfig, tensors: Readonly<Record<string, Nested>>): Float64Array {
  const { flat, layers, head } = createParameters(config);
  for (const [layer, weights] of layers.entries()) {
    weights.weightIh.set(flatten(tensors[`weight_ih_l${layer}`]));
    weights.weightHh.set(flatten(tensors[`weight_hh_l${layer}`]));
    weights.biasIh.set(flatten(tensors[`bias_ih_l${layer}`]));
    weights.biasHh.set(flatten(tensors[`bias_hh_l${layer}`]));
  }
  head.weight.set(flatten(tensors['head.weight']));
  head.bias.set(flatten(tensors['head.bias']));
  return flat;
}

/** Every engine saves a series as the reference does: it begins with the carried state, per layer h then c. */
function startFrom(engine: Engine, { h0, c0, layers, B, H }: Golden): void {
  const state = engine.save();
  for (let b = 0; b < B; b++) {
    const series = state[`series.${b}`];
    let offset = 0;
    for (let layer = 0; layer < layers; layer++) {
      series.set(h0[layer][b], offset);
      offset += H;
      if (!c0) continue;
      series.set(c0[layer][b], offset);
      offset += H;
    }
  }
  engine.load(state);
}
