import { describe, expect, it } from 'vitest';
import { GateHistory } from '../../src/inspect/gateHistory.ts';
import { InspectedForecaster } from '../../src/inspect/inspectedForecaster.ts';
import { level, seasonPhase } from '../../src/inspect/quantities.ts';
import { StreamInspection } from '../../src/inspect/streamInspection.ts';
import { waves } from '../support/observations.ts';
import { noisySine, SMALL } from '../support/series.ts';

describe('StreamInspection', () => {
  it('finds all there is in one pass', () => {
    const inspection = new StreamInspection<number>({
      ...SMALL,
      layers: 2,
      name: 'sine',
      dimensions: ['level'],
      quantities: [seasonPhase(40), level(10)],
      clamped: [{ gate: 'forget', at: 0 }],
      history: 32,
    });
    const series = noisySine({ length: 500 });
    for (const value of series) inspection.process(value);
    const found = inspection.finish();
    expect(found.stream.dimensions[0].value).toEqual(Float64Array.from(series));
    expect(found.units).toHaveLength(8);
    expect(found.gates).toMatchObject({ width: 1, count: 500, layers: 2, hidden: 4 });
    expect(found.flow).toHaveLength(2);
    for (const { direct, measured } of found.flow) {
      expect([direct[0], measured[0], direct.length]).toEqual([1, 1, 33]);
    }
    expect(found.ablation.map(({ clamped }) => clamped)).toEqual([undefined, { gate: 'forget', at: 0 }]);
    expect(found.probes.map(({ name }) => name)).toEqual(['season phase', 'level']);
    for (const { fromState, fromInputs } of found.probes) {
      expect(fromState).toBeLessThan(1);
      expect(fromInputs).toBeLessThan(1);
    }
    // The phase of a sine can be computed from its last three values, and from a state that has seen them.
    expect(found.probes[0].fromInputs).toBeGreaterThan(0.6);
    expect(found.probes[0].fromState).toBeGreaterThan(0.3);
  });

  it.each([0, 1, 2, 5])('takes a stream of %d events', (length) => {
    const inspection = new StreamInspection<number>({ ...SMALL });
    for (const value of noisySine({ length })) inspection.process(value);
    const { stream, units, flow } = inspection.finish();
    expect(stream.scores).toHaveLength(length);
    expect(units).toHaveLength(length === 0 ? 0 : 4);
    if (length > 0) expect(flow[0].direct).toHaveLength(length + 1);
  });

  it('takes streams with holes, by any policy', () => {
    for (const onBadData of ['impute', 'skip'] as const) {
      const problems: unknown[] = [];
      const inspection = new StreamInspection<number>({
        ...SMALL,
        onBadData,
        onProblem: (problem) => problems.push(problem),
        clamped: [{ gate: 'input', at: 0 }],
      });
      for (const [t, value] of noisySine({ length: 200 }).entries())
        inspection.process(t % 10 === 5 ? Number.NaN : value);
      const { stream, ablation } = inspection.finish();
      expect(stream.scores).toHaveLength(onBadData === 'skip' ? 180 : 200);
      expect(problems).toHaveLength(20); // each once, however many networks there are
      expect(ablation[0].error[0]).toBeGreaterThan(0);
    }
  });

  it('counts an ablation in the same records as labels and report', () => {
    const inspection = new StreamInspection<number>({
      ...SMALL,
      onBadData: 'skip',
      clamped: [{ gate: 'input', at: 0 }],
    });
    for (const [t, value] of noisySine({ length: 400 }).entries())
      inspection.process(t < 100 ? Number.NaN : t === 350 ? 30 : value);
    const { ablation, stream } = inspection.finish([{ first: 250, last: 250 }]);
    expect(stream.flags).toContain(250);
    expect(ablation[0]).toMatchObject({ incidents: 1, found: 1 });
  });

  it('holds incidents as long as the policy says, in words as in the record', () => {
    const series = noisySine({ length: 900 }).map((value, t) => (t === 600 || t === 640 ? 30 : value));
    const count = (hold: number): number[] => {
      const inspection = new StreamInspection<number>({ ...SMALL, hold, clamped: [] });
      for (const value of series) inspection.process(value);
      const { stream, explanations } = inspection.finish();
      expect(explanations.map(({ first, last }) => [first, last])).toEqual(
        stream.incidents.map(({ first, last }) => [first, last]),
      );
      return stream.incidents.map(({ first }) => first).filter((first) => first >= 600);
    };
    expect(count(5).length).toBeGreaterThan(count(100).length);
  });

  it('refuses wrong options when it is made', () => {
    expect(() => new StreamInspection({ cell: 'rnn' })).toThrow(
      'StreamInspection: expected cell to be one with gates',
    );
    expect(() => new StreamInspection({ history: -1 })).toThrow('StreamInspection: expected history');
    expect(() => new StreamInspection({ longMemory: 0 })).toThrow('expected longMemory');
  });
});

describe('GateHistory', () => {
  it('keeps the means of ever more events in columns that never get too many', () => {
    const inspected = new InspectedForecaster({ dimensions: 1, hidden: 3, window: 8, history: 200 });
    const history = new GateHistory(8);
    for (const observation of waves(75, 1)) {
      inspected.learn(observation, 1);
      history.add(inspected.gates);
    }
    const { width, count, fields, hidden } = history.columns();
    expect([width, count]).toEqual([16, 5]);
    for (const { name, values } of fields) {
      for (let c = 0; c < count; c++) {
        const events = inspected.steps.slice(c * width, (c + 1) * width);
        for (let j = 0; j < hidden; j++) {
          const mean = events.reduce((sum, { layers }) => sum + layers[0][name]![j], 0) / events.length;
          expect(values[c * hidden + j]).toBeCloseTo(mean, 12);
        }
      }
    }
  });
});
