import { describe, expect, it } from 'vitest';
import { readGates } from '../../../src/models/forecasters/gateReading.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import { Network } from '../../../src/numerics/network.ts';
import { noisySine } from '../../support/series.ts';

/** A forecaster that has seen a sine. */
function taught(events: number, engine: 'auto' | 'reference' = 'reference'): LstmForecaster {
  const forecaster = new LstmForecaster({ dimensions: 1, hidden: 6, layers: 2, window: 8, engine });
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

  it.each([1, 7, 30, 203])('are those that led to the cell state after %d events', (events) => {
    const forecaster = taught(events);
    const gates = forecaster.gates()!;
    const saved = forecaster.engine.save();
    const { config } = forecaster.engine;
    const network = new Network(config);
    const H = config.hidden;
    // c' = f c + i g with |g| ≤ 1, and |h'| ≤ o: the state that the engine carries bears the gates out.
    const [now, width] = [saved['series.0']!, 2 * 2 * H];
    const slot = width + ((events - 1) % (config.window + config.delay)) * (config.inputs + width);
    const before = now.subarray(slot + config.inputs, slot + config.inputs + width);
    for (let layer = 0; layer < network.parameters.layers.length; layer++) {
      for (let j = 0; j < H; j++) {
        const unit = layer * H + j;
        const c = layer * 2 * H + H + j;
        expect(Math.abs(now[c]! - gates.forget[unit]! * before[c]!)).toBeLessThanOrEqual(
          gates.input[unit]! + 1e-9,
        );
        expect(now[layer * 2 * H + j]!).toBeCloseTo(gates.output[unit]! * Math.tanh(now[c]!), 9);
      }
    }
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
