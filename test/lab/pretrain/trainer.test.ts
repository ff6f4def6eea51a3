import { describe, expect, it } from 'vitest';
import {
  FIRST_RATE,
  LAST_RATE,
  rateAt,
  Trainer,
  type TrainingPlan,
} from '../../../src/lab/pretrain/trainer.ts';
import { type TrainingEngine, trainingEngine } from '../../../src/lab/pretrain/trainingEngine.ts';

const SMALL: TrainingPlan = {
  cell: 'lstm',
  hidden: 8,
  series: 8,
  steps: 128,
  window: 32,
  seed: 1,
  batches: 6,
};

async function trained(plan: TrainingPlan, engine: TrainingEngine, batches = plan.batches): Promise<Trainer> {
  const trainer = new Trainer(plan, await trainingEngine(engine, plan.cell));
  while (trainer.done < batches) trainer.trainBatch();
  return trainer;
}

describe('Trainer', () => {
  it.each(['wasm', 'reference'] as const)(
    'on %s: the same seed gives the same bits, another seed others',
    async (engine) => {
      const [one, two] = [await trained(SMALL, engine), await trained(SMALL, engine)];
      expect(two.weights).toEqual(one.weights);
      expect(two.losses).toEqual(one.losses);
      expect((await trained({ ...SMALL, seed: 2 }, engine)).weights).not.toEqual(one.weights);
    },
  );

  it('resumes to the bit, after any number of batches', async () => {
    const whole = await trained(SMALL, 'wasm');
    for (const done of [1, 4]) {
      const begun = await trained(SMALL, 'wasm', done);
      const resumed = new Trainer(SMALL, await trainingEngine('wasm', 'lstm'));
      resumed.load(begun.save(), begun.losses);
      while (!resumed.isDone) resumed.trainBatch();
      expect(resumed.weights).toEqual(whole.weights);
      expect(resumed.losses).toEqual(whole.losses);
    }
  });

  it('evaluates without learning', async () => {
    const [one, two] = [await trained(SMALL, 'wasm', 3), await trained(SMALL, 'wasm', 3)];
    const before = one.weights;
    const loss = one.evaluate(2);
    expect(one.evaluate(2)).toBe(loss);
    expect(one.weights).toEqual(before);
    one.trainBatch();
    two.trainBatch();
    expect(one.weights).toEqual(two.weights);
  });

  it('gives the same on WASM as on the reference, to rounding', async () => {
    const plan = { ...SMALL, batches: 2 };
    const [fast, exact] = [await trained(plan, 'wasm'), await trained(plan, 'reference')];
    for (const [k, loss] of fast.losses.entries()) expect(loss).toBeCloseTo(exact.losses[k], 3);
  });

  it('learns: an LSTM and a GRU', async () => {
    for (const cell of ['lstm', 'gru'] as const) {
      const plan = { ...SMALL, cell, series: 24, steps: 256, hidden: 12, batches: 40 };
      const trainer = new Trainer(plan, await trainingEngine('wasm', cell));
      const before = trainer.evaluate(2);
      while (!trainer.isDone) trainer.trainBatch();
      expect(trainer.evaluate(2), cell).toBeLessThan(before - 0.3);
    }
  });

  it('refuses a cell that the engine does not have', async () => {
    await expect(trainingEngine('tfjs', 'gru')).rejects.toThrow(/--cell.*'lstm' on tfjs/);
  });

  it('lets the rate rise, then fall', () => {
    const rates = Array.from({ length: 1000 }, (_, update) => rateAt(update, 1000));
    expect(rates[0]).toBeLessThan(FIRST_RATE / 50);
    expect(Math.max(...rates)).toBeLessThanOrEqual(FIRST_RATE);
    expect(Math.max(...rates)).toBeGreaterThan(0.9 * FIRST_RATE);
    expect(rates[999] / LAST_RATE).toBeCloseTo(1, 1);
    for (let update = 100; update < 999; update++) expect(rates[update + 1]).toBeLessThan(rates[update]);
  });
});
