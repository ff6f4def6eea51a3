import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { Random } from '../../../src/core/random.ts';
import type { Value, Verdict } from '../../../src/core/reading.ts';
import { Detector } from '../../../src/models/detector.ts';
import { DetectorRows } from '../../../src/models/fleet/detectorRows.ts';
import { pretrainedFactory } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
import { decodeSnapshot } from '../../../src/models/snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../../../src/models/snapshot/encodeSnapshot.ts';
import { type Snapshot, seal } from '../../../src/models/snapshot/snapshot.ts';
import type { State } from '../../../src/models/snapshot/state.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import {
  resolveStreamDetector,
  type StreamDetectorOptions,
  withCallbacks,
} from '../../../src/models/streamDetectorOptions.ts';
import { expectSoundVerdict } from '../../support/soundVerdict.ts';

const weights = await loadPretrainedWeights();

interface Event {
  readonly key: string;
  readonly value: Value | null;
  readonly time?: number;
}
type Options = StreamDetectorOptions<Event, Value>;

/** A fleet that packs the states of its keys, as that of `distribute`. */
function packing(options: Options = {}): StreamDetector<Event, Value> {
  const { onEvict, onReturn, ...rest } = options;
  const resolved = resolveStreamDetector<Event, Value>('test', { fleet: true, onProblem: 'silent', ...rest });
  const callbacks = { ...(onEvict && { onEvict }), ...(onReturn && { onReturn }) };
  return new StreamDetector<Event, Value>(withCallbacks(resolved, { packsRows: true, ...callbacks }), 'test');
}

/** Waves of one number and of two, with gaps, pulses, and one that moves far away and comes back twice. */
function readings(keys: number, count: number, seed: number): Event[] {
  const random = new Random(seed);
  const ages = new Array<number>(keys).fill(0);
  return Array.from({ length: count }, () => {
    const k = random.below(keys);
    const t = ages[k]++;
    let value = 10 * k + Math.sin((2 * Math.PI * t) / (8 + k)) + 0.1 * random.normal();
    if (random.below(60) === 0) value += 5 * random.normal();
    if (k === 1 && ((t > 120 && t < 300) || t > 450)) value += 1e4;
    if (k % 3 === 2) value = t % 17 === 0 ? 5 : 0;
    const event = { key: `s${k}`, time: 1.7e12 + 600_000 * t };
    if (random.below(50) === 0) return { ...event, value: null };
    return { ...event, value: k % 4 === 3 ? [value, random.normal()] : value };
  });
}

type Fields = { readonly [name: string]: State };
/** What `packing` has in the place of a detector's state. */
function packedOf(snapshot: Snapshot): Fields {
  return (snapshot.state as Fields).detector as Fields;
}

function withPacked({ kind, version, config, state }: Snapshot, detector: State): Snapshot {
  return seal(kind, version, config, { ...(state as Fields), detector });
}

/** A fleet that begins with this state of `s0`. */
function from(snapshot: Snapshot, options: Options = {}): StreamDetector<Event, Value> {
  return packing({ ...options, onReturn: (key) => (key === 's0' ? snapshot : undefined) });
}

describe('a packed row', () => {
  it.each<Options>([{}, { recurring: 'anomalous', budget: true, habituation: 50 }, { drift: false }])(
    'continues bit for bit at any event: %o',
    (options) => {
      const events = readings(5, 2600, 1);
      const through = packing(options);
      const expected = events.map((event) => through.process(event));
      const store = new Map<string | undefined, Uint8Array>();
      let rare = 0;
      const evicting = packing({
        ...options,
        maxKeys: 2,
        onEvict: ({ key, snapshot }) => {
          const taken = snapshot();
          if (packedOf(taken).rare !== undefined) rare++;
          store.set(key, encodeSnapshot(taken));
        },
        onReturn: (key) => (store.has(key) ? decodeSnapshot(store.get(key)!) : undefined),
      });
      expect(events.map((event) => evicting.process(event))).toEqual(expected);
      expect(expected.some((verdict) => verdict?.isAnomaly)).toBe(true);
      if (Object.keys(options).length === 0) expect(rare).toBeGreaterThan(0); // regimes that may return
    },
  );

  it('is taken while it is selected, and its stream goes on as it was', () => {
    const events = readings(1, 300, 2);
    const [watched, other] = [packing(), packing()];
    for (const event of events) {
      expect(watched.process(event)).toEqual(other.process(event));
      watched.snapshotOf('s0');
    }
  });

  it('is smaller than a snapshot of the same', () => {
    const detector = packing();
    for (const event of readings(1, 4, 3)) detector.process(event);
    expect(encodeSnapshot(detector.snapshotOf('s0')).length).toBeLessThan(2500);
    expect(encodeSnapshot(detector.snapshot()).length).toBeGreaterThan(4500);
    for (const event of readings(1, 3000, 3)) detector.process(event);
    expect(encodeSnapshot(detector.snapshotOf('s0')).length).toBeLessThan(9000);
  });

  it('is refused by other rows, by what has none, and where it is damaged', () => {
    const detector = packing();
    for (const event of readings(1, 300, 4)) detector.process(event);
    const snapshot = detector.snapshotOf('s0');
    const packed = packedOf(snapshot);
    const row = packed.row as Uint8Array;
    const event = { key: 's0', value: 1 };
    const other = /whose rows are others/;
    expect(() => from(snapshot, { budget: true }).process(event)).toThrow(other);
    expect(() => from(withPacked(snapshot, { ...packed, layout: 'x' })).process(event)).toThrow(other);
    const apart = new StreamDetector<Event, Value>({
      forecaster: pretrainedFactory(weights, { adapt: 'none' }),
      scorer: (dimensions) => new EvidenceScorer({ dimensions, compact: true }),
      onReturn: () => snapshot,
    });
    expect(() => apart.process(event)).toThrow('it is of a fleet, and this is none');
    for (const damaged of [
      row.slice(4),
      row.slice(0, -4),
      row.slice(1),
      new Uint8Array(0),
      new Uint8Array([...row, 0, 0, 0, 0]),
    ])
      expect(() => from(withPacked(snapshot, { ...packed, row: damaged })).process(event)).toThrow(
        expect.objectContaining({ code: 'BAD_SNAPSHOT' }),
      );
    const { reader, ...rest } = snapshot.state as Fields;
    const huge = { ...rest, reader: { ...(reader as Fields), dimensions: 1e7, scalar: false } };
    expect(() => from(seal('Stream', 1, null, huge)).process(event)).toThrow('not of 10000000 dimensions');
  });

  it('with any word in it another is refused, or gives verdicts without NaN', () => {
    const WORDS = [0xffffffff, 0x7ff00000, 0xfff80000, 0xbff00000, 0x7e37e43c, 1];
    for (const [seed, dimensions] of [
      [5, 1],
      [6, 2],
    ] as const) {
      const random = new Random(seed);
      const event = (t: number): Event => {
        const value = Math.sin(t / 5) + 0.1 * random.normal() + (t > 300 && t < 420 ? 1e5 : 0);
        const all = [value, t % 23 === 0 ? 3 : 0];
        return { key: 's0', time: 1.7e12 + 600_000 * t, value: dimensions === 1 ? value : all };
      };
      const detector = packing();
      for (let t = 0; t < 700; t++) detector.process(event(t));
      const later = Array.from({ length: 30 }, (_, t) => event(700 + t));
      const snapshot = detector.snapshotOf('s0');
      const packed = packedOf(snapshot);
      const { length } = packed.row as Uint8Array;
      let [tried, refused] = [0, 0];
      for (let at = seed; at < length / 4; at += 11) {
        const row = (packed.row as Uint8Array).slice();
        new Uint32Array(row.buffer)[at] = WORDS[tried++ % WORDS.length]!;
        const forged = from(withPacked(snapshot, { ...packed, row }));
        let verdicts: (Verdict<Event, Value> | undefined)[];
        try {
          verdicts = [forged.process(later[0]!)];
        } catch (error) {
          if (!(error instanceof RxAnomalyError) || error.code !== 'BAD_SNAPSHOT') throw error;
          refused++;
          continue;
        }
        verdicts.push(...later.slice(1).map((each) => forged.process(each)));
        for (const verdict of verdicts) {
          const { expected, lower, upper, residual } = verdict!;
          const areFinite = [expected, lower, upper, residual].flat().every(Number.isFinite);
          expect(areFinite, `word ${at}: ${JSON.stringify(verdict)}`).toBe(true);
          expectSoundVerdict(verdict as Verdict);
        }
        forged.dispose();
      }
      expect(refused).toBeGreaterThan(tried / 5);
      expect(refused).toBeLessThan(tried);
    }
  }, 300_000);

  it('has a mark that is that of its models and of their places', () => {
    const markOf = (compact: Partial<ConstructorParameters<typeof EvidenceScorer>[0]> = {}): string => {
      const forecaster = pretrainedFactory(weights, { adapt: 'none' });
      const scorer = (dimensions: number) => new EvidenceScorer({ dimensions, compact: true, ...compact });
      return new DetectorRows(() => new Detector({ dimensions: 1, forecaster, scorer })).mark;
    };
    expect(markOf()).toBe(markOf());
    expect(markOf({ routine: false })).not.toBe(markOf());
    expect(markOf({ surprise: 7 })).not.toBe(markOf());
  });
});
