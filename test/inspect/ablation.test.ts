import { describe, expect, it } from 'vitest';
import { Ablation, clampedGateName } from '../../src/inspect/ablation.ts';
import { clampGate } from '../../src/inspect/clampGate.ts';
import { InspectedForecaster } from '../../src/inspect/inspectedForecaster.ts';
import { LstmForecaster } from '../../src/models/forecasters/lstmForecaster.ts';
import { waves } from '../support/observations.ts';
import { noisySine, SMALL, withChanges } from '../support/series.ts';

const TINY = { dimensions: 1, hidden: 3, window: 8, stride: 2, lags: 2, horizons: [1], layers: 2 } as const;

describe('clampGate', () => {
  it.each([
    ['lstm', 'forget'],
    ['lstm', 'input'],
    ['lstm', 'output'],
    ['gru', 'forget'],
    ['gru', 'input'],
    ['gru', 'reset'],
    ['peephole', 'forget'],
    ['peephole', 'input'],
    ['peephole', 'output'],
    ['coupled', 'input'],
    ['ema', 'output'],
  ] as const)('holds in %s the %s gate, learn as it may', (cell, gate) => {
    for (const at of [0, 1] as const) {
      const inspected = new InspectedForecaster({ ...TINY, cell });
      clampGate(inspected.forecaster, { gate, at });
      for (const observation of waves(80, 1)) inspected.learn(observation, 1);
      for (const layer of inspected.gates)
        for (const open of layer[gate]!) expect(Math.abs(open - at)).toBeLessThan(1e-7);
    }
  });

  it('at forget = 0 leaves a cell without memory: it holds what was written at the event and nothing else', () => {
    const inspected = new InspectedForecaster({ ...TINY, engine: 'reference', history: 40 });
    clampGate(inspected.forecaster, { gate: 'forget', at: 0 });
    for (const observation of waves(40, 1)) inspected.learn(observation, 1);
    for (const { layers } of inspected.steps) {
      for (const { input, candidate, cell } of layers)
        expect(cell).toEqual(input.map((i, j) => i * candidate[j]));
    }
  });

  it('at forget = 1 leaves a cell that only adds up', () => {
    const inspected = new InspectedForecaster({ ...TINY, engine: 'reference', history: 40 });
    clampGate(inspected.forecaster, { gate: 'forget', at: 1 });
    for (const observation of waves(40, 1)) inspected.learn(observation, 1);
    const written = inspected.steps.map(({ layers: [{ input, candidate }] }) => input[0] * candidate[0]);
    expect(inspected.gates[0].cell[0]).toBeCloseTo(
      written.reduce((a, b) => a + b, 0),
      12,
    );
  });

  it('holds a tied input gate by the forget gate, and a budget as far as its share goes', () => {
    const coupled = new InspectedForecaster({ ...TINY, cell: 'coupled' });
    clampGate(coupled.forecaster, { gate: 'input', at: 0 });
    const budget = new InspectedForecaster({ ...TINY, cell: 'budget' });
    clampGate(budget.forecaster, { gate: 'input', at: 1 });
    for (const observation of waves(20, 1)) {
      coupled.learn(observation, 1);
      budget.learn(observation, 1);
    }
    expect(coupled.gates[0].forget[0]).toBe(1);
    expect(budget.gates[0].input[0]).toBeCloseTo(1 - budget.gates[0].forget[0], 12);
  });

  it.each([
    [
      'gru',
      { gate: 'output', at: 0 },
      'clampGate: expected gate to be one that the cell gru has, got "output"',
    ],
    [
      'lstm',
      { gate: 'reset', at: 0 },
      'clampGate: expected gate to be one that the cell lstm has, got "reset"',
    ],
    ['rnn', { gate: 'forget', at: 0 }, 'clampGate: expected cell to be one with gates'],
  ] as const)('refuses what %s has not', (cell, clamped, message) => {
    expect(() => clampGate(new LstmForecaster({ ...TINY, cell }), clamped)).toThrow(message);
  });
});

describe('Ablation', () => {
  const stream = withChanges(
    noisySine({ length: 900 }),
    new Map([
      [600, 16],
      [750, 3],
    ]),
  );

  it('runs the unchanged network and one for every gate of the cell clamped at both ends', () => {
    const ablation = new Ablation({ ...SMALL });
    for (const value of stream) ablation.process(value);
    const [intact, ...runs] = ablation.results();
    expect(intact.relativeError).toBe(1);
    expect(intact.found).toBe(intact.incidents);
    expect(intact.falseAlerts).toBe(0);
    expect(runs.map(({ clamped }) => clampedGateName(clamped))).toEqual(
      ['forget', 'input', 'output'].flatMap((gate) => [
        `${gate} gate clamped shut (0)`,
        `${gate} gate clamped open (1)`,
      ]),
    );
    ablation.dispose();
  });

  it('loses by shut output gates all that the recurrent part gave: with none, as much as without hidden units', () => {
    // Nothing comes from the network but the bias, and there is no path around it: no change is all that can be predicted.
    const options = { ...SMALL, hidden: 8, stride: 1, skip: false, engine: 'reference' } as const;
    const clamped = [{ gate: 'output', at: 0 }] as const;
    const ablation = new Ablation({ ...options, clamped });
    const sine = noisySine({ length: 1500, noise: 0.02 });
    for (const value of sine) ablation.process(value);
    const [intact, shut] = ablation.results();
    const steps = sine.slice(1).map((value, t) => Math.abs(value - sine[t]));
    const usualStep = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(shut.error[0] / usualStep).toBeGreaterThan(0.95);
    expect(shut.error[0] / usualStep).toBeLessThan(1.1);
    expect(shut.relativeError).toBeCloseTo(shut.error[0] / intact.error[0], 12);
    expect(shut.relativeError).toBeGreaterThan(3);
  });

  it('counts against labels where there are some', () => {
    const ablation = new Ablation({ ...SMALL, clamped: [] });
    for (const value of stream) ablation.process(value);
    const [intact] = ablation.results([
      { first: 598, last: 604 },
      { first: 748, last: 754 },
    ]);
    expect(intact.incidents).toBe(2);
    expect(intact.found).toBeGreaterThan(0);
  });

  it('begins with the weights of a snapshot, with the gate still clamped', () => {
    const options = { ...SMALL, engine: 'reference' } as const;
    const { warmUp, ...lstm } = options;
    const trained = new LstmForecaster({ dimensions: 1, ...lstm });
    for (const observation of waves(200, 1)) trained.learn(observation, 1);
    const clamped = [{ gate: 'forget', at: 0 }] as const;
    const fresh = new Ablation({ ...options, clamped });
    const taught = new Ablation({ ...options, clamped, from: trained.snapshot() });
    for (const { value } of waves(warmUp + 60, 1)) {
      fresh.process(value[0]);
      taught.process(value[0]);
    }
    expect(taught.results()[0].error[0]).not.toBe(fresh.results()[0].error[0]);
    expect(taught.results()[1].error[0]).not.toBe(taught.results()[0].error[0]);
  });

  it.each([
    [{ cell: 'rnn' }, 'Ablation: expected cell to be one with gates'],
    [{ clamped: [{ gate: 'reset', at: 1 }] }, 'Ablation: expected gate to be one that the cell lstm has'],
    [{ clamped: [{ gate: 'forget', at: 0.5 }] }, 'Ablation: expected at to be 0 or 1, got 0.5'],
    [{ heald: [] }, 'Ablation: unknown option heald'],
  ])('refuses %j', (options, message) => {
    expect(() => new Ablation(options as object)).toThrow(message);
  });
});
