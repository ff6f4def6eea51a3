import { describe, expect, it } from 'vitest';
import type { IncidentExplanation } from '../../src/inspect/incidentExplainer.ts';
import { StreamInspection } from '../../src/inspect/streamInspection.ts';
import { noisySine, SMALL, withChanges } from '../support/series.ts';

const START = Date.UTC(2026, 0, 5);

function explained(
  series: readonly number[],
  timed = true,
  options: { readonly timeZone?: string } = {},
): readonly IncidentExplanation[] {
  const inspection = new StreamInspection<{ value: number; time?: number }>({
    ...SMALL,
    ...options,
    clamped: [],
  });
  for (const [t, value] of series.entries())
    inspection.process(timed ? { value, time: START + t * 60_000 } : { value });
  return inspection.finish().explanations;
}

describe('an incident is explained', () => {
  const series = withChanges(noisySine({ length: 800 }), new Map([[700, 25]]));
  const [incident] = explained(series).filter(({ peak }) => peak === 700);

  it('in numbers: what came, what was expected, how unusual, since when', () => {
    expect(incident).toMatchObject({ first: 700, actual: 25, dimension: 0, share: 1, asFarOut: 0 });
    expect(incident.since).toBe(START + 700 * 60_000);
    const { actual, expected, lower, upper, bandWidths, compared } = incident;
    expect(bandWidths).toBeCloseTo((2 * (actual - expected)) / (upper - lower), 9);
    expect(compared).toBe(700 - SMALL.warmUp);
  });

  it('by the age of what was remembered when the forecast was made', () => {
    const { halfAge, olderShare, events } = incident.memory!;
    expect(halfAge).toBeGreaterThanOrEqual(1);
    expect(events).toBe(127); // the history but for the event itself
    expect(olderShare).toBeLessThan(1);
  });

  it('in words that hold the numbers', () => {
    expect(incident.text).toMatch(
      /^At 2026-01-05 11:40 the value was 25, above the \d+\.?\d* that was expected \(95 % band [\d.]+ … [\d.]+\): [\d.]+ times as far out as the band reaches, further than any of the 640 events before\. Score 0\.\d{3} \((high|critical)\), (one event|\d+ events) flagged since 2026-01-05 11:40\. Of what the network remembered then, (less than )?half had been written in the last (\d+ events|event); (less than 1|\d+) % was older than 127 events\.$/,
    );
    expect(incident.text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('by the clocks of its time zone', () => {
    const [there] = explained(series, true, { timeZone: 'Asia/Kolkata' }).filter(({ peak }) => peak === 700);
    expect(there.text).toMatch(/^At 2026-01-05 17:10 the value was 25.* flagged since 2026-01-05 17:10\./);
    expect(there.since).toBe(START + 700 * 60_000);
  });

  it('by its events together where none is far out: a shift within the band', () => {
    const shifted = noisySine({ length: 1200, noise: 0.3 }).map((value, t) => (t < 1100 ? value : value + 1));
    const found = explained(shifted).filter(({ first, bandWidths }) => first >= 1100 && bandWidths < 1);
    expect(found.length).toBeGreaterThan(0);
    for (const { text, above, below, count } of found) {
      expect(above + below).toBeLessThanOrEqual(count);
      expect(text).toContain('by itself within the band; the evidence is in the events together');
      if (count > 1) expect(text).toContain(`(${Math.max(above, below)} of the ${count} flagged lay`);
    }
  });

  it('by the number of the event in a stream without times', () => {
    const [first] = explained(series, false).filter(({ peak }) => peak === 700);
    expect(first.since).toBeUndefined();
    expect(first.text).toMatch(/^At event 701 the value was 25/);
  });

  it('by the dimension that bears it', () => {
    const inspection = new StreamInspection<readonly number[], readonly number[]>({
      ...SMALL,
      clamped: [],
      dimensions: ['temp', 'rpm'],
    });
    const other = noisySine({ length: 800, seed: 5 });
    for (const [t, value] of noisySine({ length: 800 }).entries())
      inspection.process([value, t === 700 ? 25 : other[t]]);
    const [found] = inspection.finish().explanations.filter(({ peak }) => peak === 700);
    expect(found.dimension).toBe(1);
    expect(found.actual).toBe(25);
    expect(found.text).toContain('“rpm” was 25,');
    expect(found.text).toMatch(/“rpm” has \d+ % of the score\./);
  });

  it('also when the stream ends in it', () => {
    const cut = withChanges(noisySine({ length: 701 }), new Map([[700, 25]]));
    expect(explained(cut).at(-1)).toMatchObject({ peak: 700, last: 700, count: 1 });
  });
});
