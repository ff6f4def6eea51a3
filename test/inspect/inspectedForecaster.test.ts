import { describe, expect, it } from 'vitest';
import { InspectedForecaster } from '../../src/inspect/inspectedForecaster.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { LstmForecaster } from '../../src/models/forecasters/lstmForecaster.ts';
import { CELL_NAMES } from '../../src/numerics/cells/cell.ts';
import { describeForecaster } from '../contracts/forecasterContract.ts';
import { throughText, waves } from '../support/observations.ts';

const SMALL = { hidden: 4, window: 8, stride: 2, lags: 2, horizons: [1] } as const;

describeForecaster('a forecaster that is looked into', {
  create: (dimensions) => new InspectedForecaster({ dimensions, ...SMALL, history: 4 }),
  createOther: (dimensions) => new InspectedForecaster({ dimensions, ...SMALL, hidden: 5 }),
  createStranger: (dimensions) => new LastValueForecaster({ dimensions }),
  learnt: (forecaster) =>
    forecaster instanceof InspectedForecaster ? [...forecaster.forecaster.engine.readParameters()] : [],
  sineError: 0.15,
  sineEvents: 1500,
});

describe('InspectedForecaster', () => {
  it.each(['wasm', 'reference'] as const)(
    'forecasts on %s as the forecaster within, bit for bit',
    (engine) => {
      const options = { dimensions: 1, ...SMALL, engine };
      const [inspected, plain] = [new InspectedForecaster(options), new LstmForecaster(options)];
      for (const observation of waves(100, 1)) {
        expect(inspected.predict()).toEqual(plain.predict());
        inspected.learn(observation, 1);
        plain.learn(observation, 1);
      }
      expect(inspected.snapshot()).toEqual(plain.snapshot());
    },
  );

  it('looks into a forecaster that ran in WASM, through its snapshot', () => {
    const options = { dimensions: 1, ...SMALL, engine: 'wasm' } as const;
    const [inspected, ran] = [new InspectedForecaster(options), new LstmForecaster(options)];
    const stream = waves(120, 1);
    for (const observation of stream.slice(0, 100)) ran.learn(observation, 1);
    inspected.restore(throughText(ran.snapshot()));
    expect(inspected.gates).toEqual([]);
    for (const observation of stream.slice(100)) inspected.learn(observation, 1);
    expect(inspected.steps).toHaveLength(20);
    expect(inspected.gates[0].forget).toHaveLength(4);
  });

  it.each(['wasm', 'reference'] as const)('on %s tells the same gates to 5 digits', (engine) => {
    const [a, b] = (['reference', engine] as const).map(
      (name) => new InspectedForecaster({ dimensions: 2, ...SMALL, layers: 2, engine: name }),
    );
    for (const observation of waves(60, 2)) {
      a.learn(observation, 1);
      b.learn(observation, 1);
    }
    expect(a.gates).toHaveLength(2);
    for (const [layer, gates] of a.gates.entries()) {
      for (const name of ['forget', 'input', 'output', 'candidate', 'cell', 'hidden'] as const) {
        for (const [j, value] of gates[name]!.entries())
          expect(b.gates[layer][name]![j]).toBeCloseTo(value, 4);
      }
    }
  });

  it.each(CELL_NAMES.filter((cell) => cell !== 'rnn'))(
    'reads the gates of %s: with them the cell comes from the one before',
    (cell) => {
      const inspected = new InspectedForecaster({
        dimensions: 1,
        ...SMALL,
        cell,
        engine: 'reference',
        history: 50,
      });
      for (const observation of waves(40, 1)) inspected.learn(observation, 1);
      const { steps } = inspected;
      for (let t = 1; t < steps.length; t++) {
        const [before] = steps[t - 1].layers;
        const [{ forget, input, candidate, cell: c, hidden, output, write }] = steps[t].layers;
        for (let j = 0; j < 4; j++) {
          expect(c[j]).toBeCloseTo(forget[j] * before.cell[j] + input[j] * candidate[j], 12);
          expect(hidden[j]).toBeCloseTo(output === undefined ? c[j] : output[j] * Math.tanh(c[j]), 12);
          expect(write[j]).toBe(Math.abs(input[j] * candidate[j]));
          if (cell !== 'lstm' && cell !== 'peephole')
            expect(forget[j] + input[j]).toBeLessThanOrEqual(1 + 1e-12);
        }
      }
    },
  );

  it('keeps the last events and no more', () => {
    const inspected = new InspectedForecaster({ dimensions: 1, ...SMALL, history: 7 });
    for (const observation of waves(30, 1)) inspected.learn(observation, 1);
    expect(inspected.steps).toHaveLength(7);
  });

  it('refuses a cell without gates, and a history of nothing', () => {
    expect(() => new InspectedForecaster({ dimensions: 1, cell: 'rnn' })).toThrow(
      'InspectedForecaster: expected cell to be one with gates (lstm, gru, peephole, coupled, budget, ema), got "rnn"',
    );
    expect(() => new InspectedForecaster({ dimensions: 1, history: 0 })).toThrow(
      'InspectedForecaster: expected history to be a positive integer, got 0',
    );
  });
});
