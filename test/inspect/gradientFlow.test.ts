import { describe, expect, it } from 'vitest';
import { gradientFlow } from '../../src/inspect/gradientFlow.ts';
import { InspectedForecaster } from '../../src/inspect/inspectedForecaster.ts';
import type { LayerStates } from '../../src/numerics/network.ts';
import { createParameters } from '../../src/numerics/parameters.ts';
import { waves } from '../support/observations.ts';

const CELLS = ['lstm', 'gru', 'peephole', 'coupled', 'budget', 'ema'] as const;
type Options = Partial<ConstructorParameters<typeof InspectedForecaster>[0]>;

function fed(options: Options, alter?: (inspected: InspectedForecaster) => void): InspectedForecaster {
  const inspected = new InspectedForecaster({
    dimensions: 1,
    hidden: 3,
    window: 8,
    lags: 2,
    horizons: [1],
    engine: 'reference',
    history: 12,
    ...options,
  });
  alter?.(inspected);
  for (const observation of waves(60, 1)) inspected.learn(observation, alter === undefined ? 1 : 0);
  return inspected;
}

/** Leaves the direct path only: no weight from the state to the gates. */
function cutRecurrence({ forecaster: { engine } }: InspectedForecaster): void {
  const parameters = createParameters(engine.config);
  parameters.flat.set(engine.readParameters());
  for (const { weightHh, peephole } of parameters.layers) {
    weightHh.fill(0);
    peephole.fill(0);
  }
  engine.writeParameters(parameters.flat);
}

/** (c_t of unit j when c_{t−k} of it is moved by ±ε, h_{t−k} clamped) as central difference. */
function differences(inspected: InspectedForecaster, lag: number, layer: number, j: number): number {
  const { network } = inspected;
  const H = 3;
  const at = (network.cell.states - 1) * H + j;
  const epsilon = 1e-5;
  const { steps } = inspected;
  const [up, down] = [epsilon, -epsilon].map((moved) => {
    let states: LayerStates = steps[0].before.map((state) => state.slice());
    for (const [t, { x }] of steps.entries()) {
      if (t === steps.length - lag) states[layer][at] += moved;
      const next = network.createStates();
      network.step(x, states, next, network.createTape());
      states = next;
    }
    return states[layer][at];
  });
  return (up - down) / (2 * epsilon);
}

describe('gradientFlow', () => {
  it.each(CELLS)('measures in %s what central differences say, in every layer and at every lag', (cell) => {
    const inspected = fed({ cell, layers: 2 });
    const flow = gradientFlow(inspected);
    for (const [layer, { measured }] of flow.entries()) {
      for (const lag of [1, 3, 12])
        for (let j = 0; j < 3; j++)
          expect(measured[lag][j]).toBeCloseTo(differences(inspected, lag, layer, j), 7);
    }
  });

  it.each(CELLS)('finds in %s the product of the forget gates where there is no other path', (cell) => {
    const [{ direct, measured }] = gradientFlow(fed({ cell }, cutRecurrence));
    for (let lag = 0; lag <= 12; lag++) {
      for (let j = 0; j < 3; j++) expect(measured[lag][j]).toBeCloseTo(direct[lag][j], 12);
    }
    expect(direct[12][0]).not.toBe(measured[11][0]);
  });

  it('multiplies the gates that the events had, when nothing is learnt', () => {
    const inspected = fed({}, () => {});
    const [{ direct }] = gradientFlow(inspected, 5);
    let product = 1;
    for (const { layers } of inspected.steps.slice(-5)) product *= layers[0].forget[1];
    expect(direct[5][1]).toBeCloseTo(product, 12);
    expect(direct).toHaveLength(6);
  });

  it('finds another path where there is one', () => {
    const [{ direct, measured }] = gradientFlow(fed({}));
    expect(Math.abs(measured[8][0] - direct[8][0])).toBeGreaterThan(1e-6);
  });

  it('is not lossy through gates that are wide open: exactly 1 after 12 events', () => {
    const inspected = fed({ gateActivation: 'hardSigmoid', forgetBias: 50 }, cutRecurrence);
    const [{ direct, measured }] = gradientFlow(inspected);
    expect([...measured[12], ...direct[12]]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('leaves the network as it was, with attention too', () => {
    const inspected = fed({ attention: { window: 3 } });
    const before = inspected.snapshot();
    gradientFlow(inspected);
    expect(inspected.snapshot()).toEqual(before);
    expect(inspected.network.gradient.flat.every((g) => g === 0)).toBe(true);
  });

  it('refuses more lags than there are events', () => {
    expect(() => gradientFlow(fed({}), 13)).toThrow(
      'gradientFlow: expected lags to be an integer from 1 to 12, got 13',
    );
  });
});
