import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Verdict } from '../../../src/core/reading.ts';
import { feedbackOn } from '../../../src/models/decision/feedback.ts';
import { Detector } from '../../../src/models/detector.ts';
import { DetectorRows } from '../../../src/models/fleet/detectorRows.ts';
import { pretrainedFactory } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { EvidenceScorer, evidenceFactory } from '../../../src/models/scorers/evidenceScorer.ts';
import { encodeSnapshot } from '../../../src/models/snapshot/encodeSnapshot.ts';
import type { Snapshot } from '../../../src/models/snapshot/snapshot.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../../src/models/streamDetectorOptions.ts';
import { throughText } from '../../support/observations.ts';
import { expectSoundVerdict } from '../../support/soundVerdict.ts';

interface Event {
  readonly key: string;
  readonly value: number | readonly number[] | null;
  readonly time?: number;
}
type Options = StreamDetectorOptions<Event, number>;

const weights = await loadPretrainedWeights();
const forecaster = pretrainedFactory(weights, { adapt: 'none' });
const scorer = (dimensions: number) => new EvidenceScorer({ dimensions, compact: true });

const fleetOf = (options: Options = {}) => new StreamDetector<Event, number>({ fleet: true, ...options });
/** The same models, an object for each key. */
const apart = (options: Options = {}) =>
  new StreamDetector<Event, number>({ forecaster, scorer, maxKeys: 1e5, ...options });

type Verdicts = (Verdict<Event, number> | undefined)[];

function run(detector: StreamDetector<Event, number>, events: readonly Event[]): Verdicts {
  const verdicts = events.map((event) => detector.process(event));
  detector.dispose();
  return verdicts;
}

/**
 * Readings of `keys` sensors in random order: waves of their own level, some rounded, some of two numbers, with spikes, gaps,
 * and one that moves far away and back.
 */
function readings(keys: number, count: number, seed: number): Event[] {
  const random = new Random(seed);
  const ages = new Array<number>(keys).fill(0);
  return Array.from({ length: count }, () => {
    const k = random.below(keys);
    const t = ages[k]++;
    let value = 10 * k + Math.sin((2 * Math.PI * t) / (8 + k)) + 0.1 * random.normal();
    if (random.below(60) === 0) value += 5 * random.normal();
    if (k === 1 && t > 120 && t < 300) value += 1e4;
    if (k % 3 === 2) value = Math.round(value);
    const event = { key: `s${k}`, time: 1.7e12 + 600_000 * t };
    if (random.below(50) === 0) return { ...event, value: null };
    return { ...event, value: k % 4 === 3 ? [value, random.normal()] : value };
  });
}

describe('a fleet', () => {
  it('gives the verdicts that an object for each key would give, bit for bit, with any policy', () => {
    const policies: Options[] = [
      {},
      { recurring: 'anomalous', budget: true, habituation: 50, confirm: { events: 2, of: 3 } },
      { sensitivity: 'high', suppress: [{ below: 5 }], drift: false },
      { onBadData: 'skip', timeZone: 'Europe/Berlin' },
    ];
    for (const [seed, options] of policies.entries()) {
      const events = readings(6, 2400, seed);
      const verdicts = run(fleetOf({ onProblem: 'silent', ...options }), events);
      expect(verdicts).toEqual(run(apart({ onProblem: 'silent', ...options }), events));
      expect(verdicts.some((verdict) => verdict?.isAnomaly)).toBe(true);
    }
  });

  it('knows regimes that return, each key its own', () => {
    const events = readings(3, 1800, 4);
    const verdicts = run(fleetOf({ onProblem: 'silent' }), events);
    expect(verdicts).toEqual(run(apart({ onProblem: 'silent' }), events));
    const drifts = verdicts.filter((verdict) => verdict?.drift === 'level' || verdict?.drift === 'scale');
    expect(new Set(drifts.map((verdict) => verdict?.key))).toEqual(new Set(['s1']));
  });

  it('is as if each key were alone', () => {
    const events = readings(5, 1200, 5);
    const together = run(fleetOf({ onProblem: 'silent' }), events);
    for (const key of ['s0', 's1', 's2', 's3', 's4']) {
      const own = events.filter((event) => event.key === key);
      expect(together.filter((verdict) => verdict?.key === key)).toEqual(
        run(fleetOf({ onProblem: 'silent' }), own).filter((verdict) => verdict !== undefined),
      );
    }
  });

  it('continues bit for bit through evictions and checkpoints at any event, here and as objects', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.nat(299), { maxLength: 4 }),
        (seed, maxKeys, stops) => {
          const events = readings(6, 300, seed);
          const through = run(apart({ onProblem: 'silent' }), events);
          const store = new Map<string | undefined, Snapshot>();
          const options: Options = {
            maxKeys,
            onProblem: 'silent',
            onEvict: ({ key, snapshot }) => store.set(key, throughText(snapshot())),
            onReturn: (key) => store.get(key),
          };
          let detector = fleetOf(options);
          let isFleet = true;
          const verdicts = events.map((event, n) => {
            if (stops.includes(n)) {
              const state = throughText(detector.snapshot());
              detector.dispose();
              isFleet = !isFleet;
              detector = isFleet ? fleetOf(options) : apart(options);
              detector.process({ key: 'left over', value: 5 });
              detector.restore(state);
            }
            return detector.process(event);
          });
          expect(verdicts).toEqual(through);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('gives sound verdicts whatever comes', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(null, 1e300, -1e300, 5e-324, 'n/a', [1, 2], undefined),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ key: fc.constantFrom('a', 'b'), value })), (events) => {
        const given = [{ key: 'a', value: 1 }, { key: 'b', value: 2 }, ...events] as Event[];
        const verdicts = run(fleetOf({ onProblem: 'silent' }), given) as Verdict<Event, number>[];
        expect(verdicts.map(({ event }) => event)).toEqual(given);
        for (const verdict of verdicts) expectSoundVerdict(verdict);
      }),
    );
  });

  it('takes feedback on one key, and the others go on as they were', () => {
    const events = readings(4, 2000, 7);
    const [one, other] = [fleetOf({ onProblem: 'silent' }), fleetOf({ onProblem: 'silent' })];
    let suppressed = 0;
    for (const event of events) {
      const verdict = one.process(event);
      const reference = other.process(event);
      if (event.key !== 's0') expect(verdict).toEqual(reference);
      if (verdict?.suppressed === 'feedback') suppressed++;
      if (verdict?.isAnomaly && verdict.key === 's0')
        one.takeFeedback({
          ...feedbackOn('normal', verdict.key, [verdict]),
          value: [[-1e9, 1e9]],
          residual: [[-1e9, 1e9]],
        });
    }
    expect(suppressed).toBeGreaterThan(0);
  });

  it('begins new keys with what another has learnt', () => {
    const events = readings(1, 400, 8);
    const teacher = fleetOf({ onProblem: 'silent' });
    for (const event of events) teacher.process(event);
    const initialState = teacher.snapshotOf('s0');
    const later = readings(1, 200, 9).map((event) => ({ ...event, key: 'new' }));
    const verdicts = run(fleetOf({ initialState, onProblem: 'silent' }), later);
    expect(verdicts).toEqual(run(apart({ initialState, onProblem: 'silent' }), later));
    expect(verdicts[3]?.warmingUp).toBe(false);
  });

  it('models log-returns of prices', () => {
    const random = new Random(2);
    const events = Array.from({ length: 400 }, (_, n) => ({
      key: `stock ${n % 2}`,
      value: (n % 2 === 0 ? 1000 : 3) * Math.exp(0.01 * random.normal()),
    }));
    const verdicts = run(fleetOf({ transform: 'logReturn' }), events);
    expect(verdicts).toEqual(
      run(apart({ transform: 'logReturn', scorer: evidenceFactory({ compact: true }) }), events),
    );
  });

  it('refuses models that it cannot serve, and options of the LSTM', () => {
    const refused = (options: Options): (() => unknown) => {
      return () => fleetOf(options);
    };
    expect(refused({ scorer: (dimensions) => new EvidenceScorer({ dimensions }) })).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message:
          'StreamDetector: expected scorer to be a compact EvidenceScorer without cycles in a fleet, got "evidence"',
      }),
    );
    expect(refused({ hidden: 8 })).toThrow(
      /^StreamDetector: expected hidden to be left out in a fleet, .*leave out fleet .*, got 8$/,
    );
  });
});

describe('rows', () => {
  const rowsOf = (dimensions = 1): DetectorRows =>
    new DetectorRows(() => new Detector({ dimensions, forecaster, scorer }));

  it('of one number take at most 8 kB, in memory and in a snapshot 10', () => {
    const rows = rowsOf();
    expect(rows.width).toBeLessThanOrEqual(8000);
    const detector = fleetOf({ onProblem: 'silent' });
    for (const event of readings(1, 3000, 1)) detector.process(event);
    expect(encodeSnapshot(detector.snapshotOf('s0')).length).toBeLessThan(10_000);
  });

  it('are used again, and begin anew', () => {
    const rows = rowsOf();
    const observation = { time: 0, value: [5], imputed: false };
    const first = rows.acquire();
    const fresh = first.detector.snapshot();
    for (let n = 0; n < 50; n++) first.detector.process({ ...observation, value: [n % 7] });
    first.dispose();
    const second = rows.acquire();
    expect(rows.size).toBe(1);
    expect(throughText(second.detector.snapshot())).toEqual(throughText(fresh));
    for (let n = 0; n < 5000; n++) {
      const place = rows.acquire();
      place.detector.process(observation);
      place.dispose();
    }
    expect(rows.size).toBe(1);
    expect(throughText(second.detector.snapshot())).toEqual(throughText(fresh));
  });
});
