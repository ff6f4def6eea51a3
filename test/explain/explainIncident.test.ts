import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Incident } from '../../src/core/reading.ts';
import {
  type ExplainOptions,
  explainIncident,
  type IncidentReason,
} from '../../src/explain/explainIncident.ts';
import { IncidentMerger } from '../../src/models/decision/incidentMerger.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../src/models/streamDetectorOptions.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { incidents } from '../../src/operators/incidents.ts';
import { runOperator } from '../support/runOperator.ts';

const AT = 3005; // where the fault begins
const STEP = 300_000; // ms
const START = Date.UTC(2026, 0, 5);

interface Event {
  readonly at: number;
  readonly value: readonly number[];
}

type Make = (i: number, random: Random) => readonly number[];

/** The incidents of a stream from its fault on, found by the default detector. */
function incidentsOf(
  make: Make,
  until: number,
  options: StreamDetectorOptions<Event, readonly number[]> = {},
  at = AT,
): Incident<Event, readonly number[]>[] {
  const detector = new StreamDetector<Event, readonly number[]>({
    value: (event) => event.value,
    time: (event) => event.at,
    onProblem: 'silent',
    ...options,
  });
  const merger = new IncidentMerger<Event, readonly number[]>({ hold: 15, maxOpen: 1 });
  const random = new Random(7);
  const found: Incident<Event, readonly number[]>[] = [];
  for (let i = 0; i < until; i++) {
    const verdict = detector.process({ at: START + i * STEP, value: make(i, random) });
    if (verdict !== undefined) found.push(...merger.add(verdict));
  }
  return [...found, ...merger.flush()].filter(({ start = 0 }) => start >= START + (at - 20) * STEP);
}

function reasonOf(make: Make, until = AT + 150, options: ExplainOptions = {}): IncidentReason {
  const found = incidentsOf(make, until).sort((a, b) => b.count - a.count);
  return explainIncident(found[0], options); // the longest
}

const noise = (random: Random): number => 10 + random.normal();
const daily = (i: number, random: Random): number =>
  10 + 5 * Math.sin((2 * Math.PI * i) / 288) + 0.3 * random.normal();
const beat = (i: number, random: Random): number => (i % 40 < 5 ? 10 : 0) + 0.05 * random.normal();
const isFaulty = (i: number, length: number): boolean => i >= AT && i < AT + length;

const text = (...reasons: readonly IncidentReason[]): string => reasons.map((each) => each.text).join('\n');

describe('explainIncident', () => {
  it.each<[string, Make, IncidentReason['kind'], RegExp]>([
    [
      'a spike',
      (i, r) => [noise(r) + (i === AT ? 15 : 0)],
      'spike',
      /^Spike: the value was 2\d\.\d+, above the 1?\d\.\d+ that was expected \(95 % band .* … .*\), \d.* times as far out as the band reaches/,
    ],
    ['a dip', (i, r) => [daily(i, r) - (i === AT ? 15 : 0)], 'spike', /, below the/],
    ['a level shift', (i, r) => [noise(r) + (i >= AT ? 8 : 0)], 'level', /^Level higher than usual over/],
    ['a small one', (i, r) => [noise(r) - (i >= AT ? 2.5 : 0)], 'level', /^Level lower than usual over/],
    ['a drift', (i, r) => [noise(r) + Math.max(0, i - AT) / 40], 'level', /^Level higher/],
    ['lost noise', (i, r) => [i < AT ? noise(r) : 10 + 0.05 * r.normal()], 'scale', /^Calmer than usual/],
    ['more noise', (i, r) => [isFaulty(i, 200) ? 10 + 4 * r.normal() : noise(r)], 'scale', /^Rougher than/],
    [
      'a stuck value',
      (i, r) => [isFaulty(i, 200) ? 10.7 : noise(r)],
      'stuck',
      /^Stuck: the value has been 10\.7 for \d+ events, longer than usual\. \d+ events flagged since 2026-01-15 \d\d:\d\d UTC\.$/,
    ],
    [
      'a stuck value of a daily stream',
      (i, r) => [isFaulty(i, 200) ? 10.7 : daily(i, r)],
      'stuck',
      /^Stuck: .* 10\.7/,
    ],
    [
      'a day that is late',
      (i, r) => [daily(i < AT ? i : i - 72, r)],
      'season',
      /^(Higher|Lower) than usual for the time of (day|the week).* is usual then\./,
    ],
    [
      'a missing beat',
      (i, r) => [isFaulty(i, 40) ? 0.05 * r.normal() : beat(i, r)],
      'pulse',
      /^Low for too long: the value has stayed on the low side of its range for \d+ events/,
    ],
  ])('tells %s', (_, make, kind, words) => {
    const reason = reasonOf(make);
    expect(reason.text).toMatch(words);
    expect(reason).toMatchObject({ kind, dimension: 0 });
  });

  it('says of a shift in a stream with a day that it is higher, or lower, than at that time of others', () => {
    for (const shift of [-4, 4]) {
      const reason = reasonOf((i, r) => [daily(i, r) + (i >= AT ? shift : 0)]);
      expect(reason.kind).toBe('season');
      expect(reason.text).toMatch(
        shift > 0 ? /^Higher than usual for the time of/ : /^Lower than usual for the time of/,
      );
    }
  });

  it('says of hours without a count that they were lower, though the last flagged event has come back', () => {
    const counts: Make = (i, r) => {
      const usual = 120 + 100 * Math.sin((2 * Math.PI * i) / 288);
      return [isFaulty(i, 12) ? 0 : Math.round(usual + 8 * r.normal())];
    };
    const found = incidentsOf(counts, AT + 150);
    const texts = found.map((incident) => explainIncident(incident)).filter(({ kind }) => kind === 'season');
    expect(texts.length).toBeGreaterThan(0);
    for (const { text } of texts) expect(text).toMatch(/^Lower than usual/);
  });

  it('has the whole time for which a value stood, though the last flagged event is the jump back', () => {
    const make: Make = (i, r) => [isFaulty(i, 40) ? 10.7 : noise(r) + (i === AT + 40 ? 15 : 0)];
    const reason = reasonOf(make, AT + 80);
    expect(reason.kind).toBe('stuck');
    expect(reason.text).toMatch(
      /^Stuck: the value has been 10\.7 for (at least )?\d+ events, longer than usual; at the peak it was 2\d/,
    );
    expect(Number(/for (?:at least )?(\d+) events/.exec(reason.text)![1])).toBeGreaterThanOrEqual(30);
  });

  it('finds dimensions that no longer move together', () => {
    const make: Make = (i, r) => {
      const a = daily(i, r);
      return [a, (i < AT ? 2 * a : 2 * (20 - a)) + 0.1 * r.normal()];
    };
    const reason = reasonOf(make, AT + 100, { dimensions: ['flow', 'power'] });
    expect(reason).toMatchObject({ kind: 'joint', channel: 'joint' });
    expect(reason.text).toMatch(
      /^Out of step: “(flow|power)” no longer goes with the other dimensions as it did; it was .*% of the score\. \d+ events flagged since/,
    );
  });

  it('has a value for what was flagged after a gap that was filled in', () => {
    const make: Make = (i, r) => [isFaulty(i, 20) ? Number.NaN : noise(r) + (i === AT + 20 ? 15 : 0)];
    const [incident] = incidentsOf(make, AT + 60, { onBadData: 'impute' });
    expect(explainIncident(incident)).toMatchObject({ kind: 'spike', dimension: 0 });
    expect(explainIncident(incident).text).not.toMatch(/NaN|undefined/);
  });

  it('explains what a stream shows soon after its warm-up', () => {
    const at = 400;
    const make: Make = (i, r) => [noise(r) + (i === at ? 25 : 0)];
    const [incident] = incidentsOf(make, at + 30, {}, at);
    expect(incident.first.warmingUp).toBe(false);
    expect(explainIncident(incident)).toMatchObject({ kind: 'spike', dimension: 0 });
  });

  it('says of a silence from when to when', () => {
    // The pump falls silent after 50 of the 100 events of both, and returns with the last.
    const events = Array.from({ length: 100 }, (_, i) =>
      (i < 50 || i === 99 ? ['pump', 'fan'] : ['fan']).map((key) => ({
        key,
        at: START + i * STEP,
        value: 10,
      })),
    ).flat();
    const verdicts = runOperator(
      events,
      detectAnomalies<(typeof events)[number], number>({
        value: ({ value }) => value,
        time: ({ at }) => at,
        key: ({ key }) => key,
        absentAfter: 10 * STEP,
      }),
    );
    const reason = explainIncident(
      runOperator(verdicts, incidents()).find(({ kind }) => kind === 'absence')!,
    );
    expect(reason).toMatchObject({ kind: 'silence', channel: undefined });
    expect(reason.text).toBe('Silence: no event from 2026-01-05 04:05 UTC to 2026-01-05 08:15 UTC.');
  });

  it('names the dimension that it is of', () => {
    const make: Make = (i, r) => [noise(r), noise(r), noise(r) + (i === AT ? 15 : 0)];
    const dimensions = ['flow', 'level', 'temperature'];
    const [incident] = incidentsOf(make, AT + 30);
    expect(explainIncident(incident, { dimensions })).toMatchObject({ kind: 'spike', dimension: 2 });
    expect(text(explainIncident(incident, { dimensions }))).toMatch(
      /^Spike: “temperature” was .*\. “temperature” has \d+ % of the score\./,
    );
    expect(text(explainIncident(incident))).toMatch(/^Spike: “dimension 3” was /);
  });

  it('leaves the name of the only dimension out', () => {
    const [incident] = incidentsOf((i, r) => [noise(r) + (i === AT ? 15 : 0)], AT + 30);
    expect(text(explainIncident(incident, { dimensions: ['flow'] }))).not.toContain('flow');
  });
});
