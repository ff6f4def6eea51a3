import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { type Incident, SEVERITIES, type Verdict } from '../../../src/core/reading.ts';
import { IncidentMerger } from '../../../src/models/decision/incidentMerger.ts';
import { verdictOf } from '../../support/records.ts';

type V = Verdict<number, readonly number[]>;
type I = Incident<number, readonly number[]>;

const HOLD = 3;

/** Verdicts in two dimensions on events of some keys, whose times go back now and then. */
function verdicts(random: Random, count: number, keys: readonly (string | undefined)[]): V[] {
  return Array.from({ length: count }, (_, n) => {
    const isAnomaly = random.below(2) === 0;
    const share = random.uniform();
    const channel = (['level', 'spike'] as const)[random.below(2)];
    const pair = (): number[] => [random.normal(), random.normal()];
    return {
      ...(verdictOf(n, isAnomaly) as unknown as V),
      ...{
        key: keys[random.below(keys.length)],
        time: random.below(9) === 0 ? undefined : n - random.below(4),
      },
      ...{ value: pair(), expected: pair(), attribution: [share, 1 - share] },
      ...{ score: random.below(5) / 5, severity: isAnomaly ? SEVERITIES[1 + random.below(4)] : 'none' },
      ...{ imputed: random.below(5) === 0, startOfIncident: isAnomaly && random.below(8) === 0 },
      ...(random.below(4) > 0 && {
        evidence: { channel, dimension: random.below(2) } as unknown as NonNullable<V['evidence']>,
      }),
    };
  });
}

/** All incidents of one key, from all its verdicts at once. */
function written(all: readonly V[]): { readonly incident: I; readonly endsWith: V | undefined }[] {
  const spans: { flagged: V[]; next: V | undefined; endsWith: V | undefined }[] = [];
  for (const [n, verdict] of all.entries()) {
    if (!verdict.isAnomaly) continue;
    const since = n - 1 - all.findLastIndex((each, k) => k < n && each.isAnomaly);
    const span = spans.at(-1);
    const continues = span !== undefined && since < HOLD && !verdict.startOfIncident;
    if (continues) span.flagged.push(verdict);
    else spans.push({ flagged: [verdict], next: undefined, endsWith: undefined });
    const { length } = spans;
    if (!continues && span !== undefined) span.endsWith ??= verdict;
    const rest = all.slice(n + 1);
    const quiet = rest.findIndex(({ isAnomaly }) => isAnomaly);
    spans[length - 1].next = rest[0]?.isAnomaly === false ? rest[0] : undefined;
    if (quiet >= HOLD || (quiet < 0 && rest.length >= HOLD)) spans[length - 1].endsWith = rest[HOLD - 1];
  }
  return spans.map(({ flagged, next, endsWith }) => {
    const [first] = flagged;
    const peak = flagged.reduce((top, each) => (each.score > top.score ? each : top));
    const d = peak.evidence?.dimension ?? (peak.attribution[0] >= peak.attribution[1] ? 0 : 1);
    const channels: Record<string, number> = {};
    for (const { evidence } of flagged)
      if (evidence !== undefined) channels[evidence.channel] = (channels[evidence.channel] ?? 0) + 1;
    const times = flagged.flatMap(({ time }) => time ?? []);
    const worst = Math.max(...flagged.map(({ severity }) => SEVERITIES.indexOf(severity)));
    const back = (at: number): boolean => Math.abs(at - first.expected[d]) < Math.abs(at - peak.value[d]);
    return {
      endsWith,
      incident: {
        ...{ kind: 'value', key: first.key, first, last: flagged.at(-1)!, peak },
        ...{ start: first.time, end: times.length === 0 ? undefined : Math.max(...times) },
        ...{ count: flagged.length, severity: SEVERITIES[worst], open: endsWith === undefined },
        ...(Object.keys(channels).length > 0 && { channels }),
        ...(next !== undefined && !next.imputed && { returned: back(next.value[d]) }),
      } as I,
    };
  });
}

describe('IncidentMerger', () => {
  it.each([1, 2, 3])('has the incidents of its definition, restored at any moment (seed %i)', (seed) => {
    const keys = [undefined, 'a', 'b'];
    const all = verdicts(new Random(seed), 600, keys);
    const create = () => new IncidentMerger<number, readonly number[]>({ hold: HOLD, maxOpen: 3 });
    let merger = create();
    const found: { incident: I; endsWith: V | undefined }[] = [];
    for (const [n, verdict] of all.entries()) {
      for (const incident of merger.add(verdict)) found.push({ incident, endsWith: verdict });
      if (n % 7 > 0) continue;
      const saved = merger.save();
      merger = create();
      merger.resume(throughJson(saved) as typeof saved);
    }
    for (const incident of merger.flush()) found.push({ incident, endsWith: undefined });
    expect(merger.open).toEqual([]);
    const expected = keys.flatMap((key) => written(all.filter((each) => each.key === key)));
    expect(expected.length).toBeGreaterThan(60);
    const inOrder = (some: typeof found) =>
      some.map((each) => [each.incident.first.event, each.endsWith?.event ?? 'open', each.incident]);
    const byFirst = (a: unknown[], b: unknown[]): number => (a[0] as number) - (b[0] as number);
    expect(inOrder(found).sort(byFirst)).toEqual(inOrder(expected).sort(byFirst));
  });

  it('saves no expectation of later events, and knows again what JSON has no word for', () => {
    const merger = new IncidentMerger<number, number>({ hold: HOLD, maxOpen: 3 });
    const none = { expected: Number.NaN, lower: Number.NaN, upper: Number.NaN, residual: Number.NaN };
    const verdict = verdictOf(0, true, { ...none, value: Number.NaN, ahead: [] as never });
    const { ahead, ...rest } = verdict;
    merger.add(verdict);
    const saved = throughJson(merger.save()) as ReturnType<typeof merger.save>;
    expect(saved[0].incident.first).not.toHaveProperty('ahead');
    const resumed = new IncidentMerger<number, number>({ hold: HOLD, maxOpen: 3 });
    resumed.resume(saved);
    const incident = { ...merger.of(undefined), first: rest, last: rest, peak: rest };
    expect(resumed.open).toEqual([incident]);
    expect(resumed.of(undefined)?.first.ahead).toBeUndefined();
  });

  it('ends an incident from outside, but not with its first verdict', () => {
    const merger = new IncidentMerger<number, number>({ hold: HOLD, maxOpen: 3 });
    const [first, second] = [0, 1].map((n) => verdictOf(n, true, { key: 'a', time: n }));
    merger.add(first);
    expect(merger.end('b', first)).toBeUndefined();
    expect(merger.end('a', first)).toBeUndefined();
    expect(merger.open).toHaveLength(1);
    merger.add(second);
    const open = merger.of('a')!;
    expect(merger.end('a', second)).toEqual(open);
    expect(merger.open).toEqual([]);
    merger.add(first);
    const { count } = merger.of('a')!;
    expect(merger.end('a', second, 'eviction' as never)).toMatchObject({ count, endedBy: 'eviction' });
  });

  describe('in an absence', () => {
    const began = verdictOf(1, true, {
      time: 70,
      startOfIncident: true,
      absence: { phase: 'began', since: 60 },
    });
    const ofAbsence = () => {
      const merger = new IncidentMerger<number, number>({ hold: HOLD, maxOpen: 3 });
      expect(merger.add(verdictOf(0, true, { time: 60, startOfIncident: true }))).toEqual([]);
      const [before] = merger.add(began);
      expect(before).toMatchObject({ kind: 'value', count: 1, end: 60 });
      expect(merger.open).toMatchObject([{ kind: 'absence', start: 60, end: 70, count: 1 }]);
      return merger;
    };
    const filled = verdictOf(2, false, { time: 75, imputed: true });

    it('goes on over events that fill a gap', () => {
      const merger = ofAbsence();
      for (let n = 0; n < 2 * HOLD; n++) expect(merger.add(filled)).toEqual([]);
      expect(merger.add(began)).toEqual([]);
      expect(merger.open).toHaveLength(1);
    });

    it.each([
      ['an event', verdictOf(2, false, { time: 80 }), 80, 0],
      ['one that is late', verdictOf(2, false, { time: 65 }), 70, 0],
      ['one without a time', verdictOf(2, false), 70, 0],
      ['an anomaly, which is another incident', verdictOf(2, true, { time: 80 }), 80, 1],
      ['an anomaly in a gap', { ...filled, isAnomaly: true }, 75, 1],
      ['its end', { ...filled, absence: { phase: 'ended' as const, since: 60 } }, 75, 0],
    ])('ends with %s', (_, verdict, end, open) => {
      const merger = ofAbsence();
      expect(merger.add(verdict)).toMatchObject([{ kind: 'absence', end }]);
      expect(merger.open.map(({ kind }) => kind)).toEqual(new Array(open).fill('value'));
    });
  });
});

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
