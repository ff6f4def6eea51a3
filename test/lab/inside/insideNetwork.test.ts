import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { simulatedCollection } from '../../../src/lab/forecast/readCollection.ts';
import { type Inside, insideNetwork } from '../../../src/lab/inside/insideNetwork.ts';
import { insidePicture } from '../../../src/lab/inside/insidePicture.ts';
import { insideTables } from '../../../src/lab/inside/insideTables.ts';
import { NetworkRun } from '../../../src/lab/inside/networkRun.ts';
import { PROBED, probeSeries } from '../../../src/lab/inside/probeSeries.ts';
import { INPUTS } from '../../../src/models/pretrained/contextInputs.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { sharedNetwork } from '../../../src/models/pretrained/sharedNetwork.ts';

const weights = await loadPretrainedWeights();
const size = { gated: 4, gatedEvents: 300, flowing: 2, fitted: 20, tried: 10, probedEvents: 400 };
const { signal } = new AbortController();

const look = (seed: number): Promise<Inside> =>
  insideNetwork([simulatedCollection(12)], weights, size, seed, () => {}, signal);

describe('insideNetwork', async () => {
  const inside = await look(1);

  it('gives the same from the same seed', async () => {
    expect(await look(1)).toEqual(inside);
  });

  it('finds units of long memory, and a gradient that shrinks but does not vanish over 64 events', () => {
    const { units, flow } = inside;
    expect(units).toHaveLength(weights.hidden);
    expect(units[0].halfLife).toBeGreaterThan(32);
    expect(units.map(({ halfLife }) => halfLife)).toEqual(
      units.map(({ halfLife }) => halfLife).toSorted((a, b) => b - a),
    );
    expect(flow.measured[0]).toBe(1);
    for (const lag of [8, 16, 32, 64]) expect(flow.measured[lag]).toBeLessThan(flow.measured[lag / 2]);
    expect(flow.measured[64]).toBeGreaterThan(0.02);
  });

  it('measures what the absence of memory costs: at least 12 %', () => {
    const [{ collection, series, errors }] = inside.ablation;
    expect([collection, series]).toEqual(['simulated, held out', 12]);
    const [whole, forgetful, linear] = errors;
    expect(forgetful / whole).toBeGreaterThan(1.12);
    expect(linear / whole).toBeGreaterThan(1.12);
  });

  it('reads more of volatility from the state with memory than without, and most from state and inputs', () => {
    expect(inside.probes.map(({ quantity }) => quantity)).toEqual(PROBED);
    const [whole, forgetful, inputs, both] = inside.probes[PROBED.indexOf('volatility')].r2;
    expect(whole).toBeGreaterThan(forgetful + 0.03);
    expect(both).toBeGreaterThan(Math.max(whole, inputs));
    for (const { r2 } of inside.probes) for (const share of r2) expect(share).toBeLessThan(1);
  });

  it('prints tables', () => {
    const text = insideTables(inside, 'text');
    expect(text).toMatch(/^Half-lives of 64 units in events, the longest first; \d+ are 32 or more$/m);
    expect(text).toMatch(/^simulated, held out +12 +0\.\d{3} +0\.\d{3} +\d+ % +\d\.\d{3}$/m);
    expect(text).toMatch(/^volatility +0\.\d\d +0\.\d\d +0\.\d\d +0\.\d\d$/m);
    expect(insideTables(inside, 'markdown')).toMatch(/^\| volatility \| 0\.\d\d \|/m);
  });

  it('draws a picture without a script, for light and dark', () => {
    const picture = insidePicture(inside);
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]* viewBox="0 0 \d+ \d+"/);
    expect(picture).toContain('prefers-color-scheme: dark');
    expect(picture.match(/class="title"/g)).toHaveLength(4);
    expect(picture.match(/<rect class="bar"/g)).toHaveLength(weights.hidden);
    expect(picture).not.toMatch(/NaN|undefined|Infinity|<script/);
    for (const tag of ['svg', 'g', 'style', 'title', 'text'])
      expect(picture.split(`</${tag}>`).length, tag).toBe(picture.split(new RegExp(`<${tag}[ >]`)).length);
  });

  it('stops at the signal', async () => {
    await expect(
      insideNetwork([simulatedCollection(2)], weights, size, 1, () => {}, AbortSignal.abort()),
    ).rejects.toThrow('abort');
  });
});

describe('NetworkRun', () => {
  it('is the network of the forecaster, step by step', () => {
    const engine = sharedNetwork(weights, 'reference');
    const state = new Float64Array(engine.stateSize);
    const run = new NetworkRun(weights, 3);
    const random = new Random(2);
    const output = new Float64Array(6);
    for (let t = 0; t < 100; t++) {
      run.learn(Math.sin(t / 5) + 0.1 * random.normal(), undefined);
      engine.advanceInto(output, state, 0, Int32Array.of(0), run.context.inputs, 1);
    }
    expect(run.steps).toHaveLength(3);
    const { hidden, cell } = run.newest.layers[0];
    for (let j = 0; j < weights.hidden; j++) {
      expect(hidden[j]).toBeCloseTo(state[j], 12);
      expect(cell[j]).toBeCloseTo(state[weights.hidden + j], 12);
    }
    expect(run.newest.x).toHaveLength(INPUTS);
  });
});

describe('probeSeries', () => {
  it('knows what its values are made of', () => {
    const { values, truth } = probeSeries(new Random(3), 500);
    const run = new NetworkRun(weights, 1);
    for (const [t, value] of values.entries()) {
      run.learn(value, undefined);
      const known = truth(t, run.context);
      expect(known).toHaveLength(PROBED.length);
      expect(known[0] ** 2 + known[1] ** 2).toBeCloseTo(1, 9);
      if (t > 0) expect(known.every(Number.isFinite)).toBe(true);
    }
  });
});
