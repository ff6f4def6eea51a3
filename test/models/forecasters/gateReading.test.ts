import { describe, expect, it } from 'vitest';
import { readGates } from '../../../src/models/forecasters/gateReading.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import type { LstmOptions } from '../../../src/models/forecasters/lstmOptions.ts';
import { Network } from '../../../src/numerics/network.ts';
import { noisySine } from '../../support/series.ts';

/** A forecaster that has seen a sine. */
function taught(
  events: number,
  engine: 'auto' | 'reference' = 'reference',
  options: LstmOptions = {},
): LstmForecaster {
  const network = { hidden: 6, layers: 2, window: 8, engine };
  const forecaster = new LstmForecaster({ dimensions: 1, ...network, ...options });
  for (const value of noisySine({ length: events }))
    forecaster.learn({ time: undefined, value: [value], imputed: false }, 1);
  return forecaster;
}

describe('the gates of an LSTM', () => {
  it('are none before the first event, and for a cell without gates', () => {
    expect(taught(0).gates()).toBeUndefined();
    const plain = new LstmForecaster({ dimensions: 1, hidden: 4, cell: 'rnn', engine: 'reference' });
    plain.learn({ time: undefined, value: [1], imputed: false }, 1);
    expect(plain.gates()).toBeUndefined();
  });

  it.each(['lstm', 'peephole', 'budget', 'coupled', 'ema', 'gru'] as const)(
    'are those that led to the state that the %s carries',
    (cell) => {
      for (const events of [1, 7, 30, 203]) {
        const { engine } = taught(events, 'reference', { cell });
        const gates = readGates(engine)!;
        const { config } = engine;
        const states = new Network(config).createStates().map(({ length }) => length);
        const width = states.reduce((sum, length) => sum + length, 0);
        const now = engine.save()['series.0']!;
        const slot = width + ((events - 1) % (config.window + config.delay)) * (config.inputs + width);
        const before = now.subarray(slot + config.inputs, slot + config.inputs + width);
        for (let layer = 0; layer < config.layers; layer++) {
          for (let j = 0; j < config.hidden; j++) {
            const unit = layer * config.hidden + j;
            const h = layer * states[0]! + j;
            const c = h + states[0]! - config.hidden; // the cell state, in a GRU the hidden state itself
            // c' = f c + i g with |g| at most 1, and h' = o tanh(c')
            expect(Math.abs(now[c]! - gates.forget[unit]! * before[c]!)).toBeLessThanOrEqual(
              gates.input[unit]! + 1e-9,
            );
            if (cell !== 'gru') expect(now[h]!).toBeCloseTo(gates.output[unit]! * Math.tanh(now[c]!), 9);
          }
        }
      }
    },
  );

  it('are read beside an attention, too', () => {
    expect(taught(50, 'reference', { attention: { window: 4 } }).gates()!.forget).toHaveLength(12);
  });

  it('say after how many events half of a cell is forgotten', () => {
    const { forget, halfLife } = taught(100).gates()!;
    for (const [j, kept] of forget.entries()) expect(kept ** halfLife[j]!).toBeCloseTo(0.5, 9);
  });

  it('are the same whatever does the arithmetic, to its precision', () => {
    const [exact, fast] = [taught(60).gates()!, taught(60, 'auto').gates()!];
    for (const gate of ['forget', 'input', 'output'] as const)
      for (const [j, open] of exact[gate].entries()) expect(fast[gate][j]).toBeCloseTo(open, 2);
  });

  it('are read without changing anything', () => {
    const forecaster = taught(50);
    const before = JSON.stringify(forecaster.snapshot());
    readGates(forecaster.engine);
    expect(JSON.stringify(forecaster.snapshot())).toBe(before);
  });
});
