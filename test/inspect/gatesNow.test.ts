import { describe, expect, it } from 'vitest';
import { InspectedForecaster } from '../../src/inspect/inspectedForecaster.ts';
import { gatesNow } from '../../src/inspect/layerGates.ts';
import { LstmForecaster } from '../../src/models/forecasters/lstmForecaster.ts';
import { noisySine } from '../support/series.ts';

describe('gatesNow', () => {
  it('are those that an inspection of every event would have', () => {
    const options = { dimensions: 1, hidden: 6, layers: 2, window: 8 };
    const [plain, inspected] = [new LstmForecaster(options), new InspectedForecaster(options)];
    for (const value of noisySine({ length: 70 })) {
      for (const forecaster of [plain, inspected])
        forecaster.learn({ time: undefined, value: [value], imputed: false }, 1);
    }
    const before = JSON.stringify(plain.snapshot());
    expect(gatesNow(plain)).toEqual(inspected.gates);
    expect(JSON.stringify(plain.snapshot())).toBe(before);
  });

  it('are none before the first event, and for a cell without gates', () => {
    expect(gatesNow(new LstmForecaster({ dimensions: 1 }))).toBeUndefined();
    const rnn = new LstmForecaster({ dimensions: 1, cell: 'rnn' });
    rnn.learn({ time: undefined, value: [1], imputed: false }, 1);
    expect(gatesNow(rnn)).toBeUndefined();
  });
});
