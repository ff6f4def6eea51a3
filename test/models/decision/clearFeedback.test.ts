import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem, Verdict } from '../../../src/core/reading.ts';
import { type Feedback, feedbackOn } from '../../../src/models/decision/feedback.ts';
import { FeedbackRecord } from '../../../src/models/decision/feedbackRecord.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { pretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { parseSnapshot } from '../../../src/models/snapshot/parseSnapshot.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../../src/models/streamDetectorOptions.ts';
import { real } from '../../support/real.ts';
import { noisySine, withChanges } from '../../support/series.ts';

interface Event {
  readonly key: string;
  readonly value: number;
}

await pretrainedForecaster(); // the weights of the fleet
const alone: StreamDetectorOptions<Event, number> = {
  forecaster: (dimensions) => new LastValueForecaster({ dimensions }),
};
const KINDS = { 'a model per key': alone, 'a fleet': { fleet: true } } as const;
const SPIKE = 30;
const SPIKES = [300, 340, 400];
const events = withChanges(noisySine({ length: 420 }), new Map(SPIKES.map((place) => [place, SPIKE]))).map(
  (value): Event => ({ key: 'a', value }),
);

function detect(detector: StreamDetector<Event>, some: readonly Event[]): Verdict<Event, number>[] {
  return some.map((event) => detector.process(event)!);
}

const clear = (given: Feedback): Feedback => ({ ...given, kind: 'clear' });

describe('a record of feedback', () => {
  const end = fc.integer({ min: 0, max: 20 });
  const range = fc.tuple(end, end).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const piece = fc.record({
    kind: fc.constantFrom('normal' as const, 'missed' as const),
    key: fc.constant(undefined),
    value: fc.tuple(range),
    residual: fc.tuple(range),
    score: real(0, 1),
  });
  const recordOf = (pieces: readonly Feedback[]): FeedbackRecord => {
    const record = new FeedbackRecord();
    for (const each of pieces) record.add(each);
    return record;
  };

  it('is as if what was cleared had never been there', () => {
    const pieces = fc.uniqueArray(piece, { minLength: 1, maxLength: 60, selector: ({ score }) => score });
    fc.assert(
      fc.property(pieces, fc.nat(), fc.array(end, { maxLength: 20 }), (all, nth, values) => {
        const gone = all[nth % all.length]!;
        const record = recordOf(all);
        expect(record.add(clear(gone))).toBe(true);
        const never = recordOf(all.filter((each) => each !== gone));
        expect([record.save(), record.missed]).toEqual([never.save(), never.missed]);
        for (const value of values) {
          const anomaly = { value, residual: value, attribution: 1 };
          expect(record.covers(anomaly)).toBe(never.covers(anomaly));
        }
      }),
    );
  });

  it('keeps the 64 newest pieces of each kind, and what an older one has reverted stays so', () => {
    const at = (kind: Feedback['kind'], from: number, score = 0.5): Feedback => {
      return { kind, key: undefined, value: [[from, from]], residual: [[0, 0]], score };
    };
    const [first, reverted] = [at('missed', 7, 0), at('normal', 7)];
    const missed = Array.from({ length: 64 }, (_, n) => at('missed', 100 + n, n / 100));
    const record = recordOf([reverted, first, ...missed]);
    expect(record.size).toBe(64);
    expect(record.add(clear(first))).toBe(false);
    expect(record.covers({ value: 7, residual: 0, attribution: 1 })).toBe(false);
    expect(recordOf([reverted, first]).add(clear(first))).toBe(true);
  });

  it('brings back what a missed piece has reverted, once that is cleared', () => {
    const normal: Feedback = {
      kind: 'normal',
      key: undefined,
      value: [[4, 6]],
      residual: [[4, 6]],
      score: 0.9,
    };
    const missed: Feedback = { ...normal, kind: 'missed', value: [[5, 5]], score: 0.4 };
    const record = recordOf([normal, missed]);
    const covers = (): boolean => record.covers({ value: 5, residual: 5, attribution: 1 });
    expect(covers()).toBe(false);
    record.add(clear(missed));
    expect(covers()).toBe(true);
  });
});

describe.each(Object.entries(KINDS))('a detector of %s, whose feedback is cleared', (_, options) => {
  const create = () => new StreamDetector<Event>({ ...options, onProblem: 'silent' });

  it('detects as one that never had it, bit for bit, where it decided no event otherwise', () => {
    const place = fc.integer({ min: 100, max: 290 });
    const kind = fc.constantFrom('normal' as const, 'missed' as const);
    const never = create();
    const expected = detect(never, events);
    const given = fc.record({
      at: place,
      later: fc.integer({ min: 0, max: 9 }),
      kind,
      of: place,
      restarts: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(given, { minLength: 1, maxLength: 3 }), (pieces) => {
        let detector = create();
        // The score of a missed event: so low that the threshold is not lowered to it, or that nothing else reaches it.
        const feedback = pieces.map(({ kind, of }) =>
          feedbackOn(kind, 'a', [{ ...expected[of]!, score: 0.49 }]),
        );
        const verdicts = events.map((event, n) => {
          for (const [k, { at, later, restarts }] of pieces.entries()) {
            if (n === at) detector.takeFeedback(feedback[k]!);
            if (n === at + later) detector.takeFeedback(clear(feedback[k]!));
            if (n !== at + later || !restarts) continue;
            const state = parseSnapshot(JSON.stringify(detector.snapshot()));
            detector = create();
            detector.restore(state);
          }
          return detector.process(event)!;
        });
        expect(verdicts).toEqual(expected);
        expect(detector.snapshot()).toEqual(never.snapshot());
      }),
      { numRuns: 6 },
    );
  });

  it('flags again what was normal meanwhile, though it was learnt as such', () => {
    const detector = create();
    const before = detect(detector, events.slice(0, 310));
    const spike = before[SPIKES[0]!]!;
    expect(spike.isAnomaly).toBe(true);
    const anything = [[-1e9, 1e9]] as const;
    const given: Feedback = { ...feedbackOn('normal', 'a', [spike]), value: anything, residual: anything };
    detector.takeFeedback(given);
    const meanwhile = detect(detector, events.slice(310, 360));
    expect(meanwhile[SPIKES[1]! - 310]).toMatchObject({ isAnomaly: false, suppressed: 'feedback' });
    detector.takeFeedback(clear(given));
    const after = detect(detector, events.slice(360));
    expect(after[SPIKES[2]! - 360]).toMatchObject({ isAnomaly: true });
    expect(after.some(({ suppressed }) => suppressed !== undefined)).toBe(false);
  });

  it('raises its threshold to what other missed events left of it', () => {
    const [detector, never] = [create(), create()];
    for (const each of [detector, never]) detect(each, events.slice(0, 200));
    const missed = (score: number): Feedback => {
      return { kind: 'missed', key: 'a', value: [[0, 1]], residual: [[0, 1]], score };
    };
    for (const score of [0.45, 0.4, 0.42]) detector.takeFeedback(missed(score));
    detector.takeFeedback(clear(missed(0.4)));
    for (const score of [0.45, 0.42]) never.takeFeedback(missed(score));
    expect(detector.snapshot()).toEqual(never.snapshot());
    expect(detect(detector, events.slice(200))).toEqual(detect(never, events.slice(200)));
  });
});

describe('feedback to clear', () => {
  const given: Feedback = {
    kind: 'missed',
    key: 'a',
    value: [[0, 1]],
    residual: [[0, Number.NaN]],
    score: 0.4,
  };

  it('that waits for the first event of its key is gone, over a restart too', () => {
    const [detector, never] = [
      new StreamDetector<Event>({ ...alone, onProblem: 'silent' }),
      new StreamDetector<Event>(alone),
    ];
    detector.takeFeedback(given);
    const restored = new StreamDetector<Event>({ ...alone, onProblem: 'silent' });
    restored.restore(parseSnapshot(JSON.stringify(detector.snapshot())));
    restored.takeFeedback(clear(given));
    expect(restored.snapshot()).toEqual(never.snapshot());
  });

  it('holds with what another stream has learnt, as what came before the first event', () => {
    const teacher = new StreamDetector<Event>(alone);
    detect(teacher, events.slice(0, 290));
    const options = { ...alone, initialState: teacher.snapshotOf('a'), onProblem: 'silent' as const };
    const lowered = (waiting: readonly Feedback[]): unknown => {
      const detector = new StreamDetector<Event>(options);
      for (const each of waiting) detector.takeFeedback(each);
      detector.process(events[0]!);
      return detector.detector('a')!.threshold.snapshot();
    };
    expect(lowered([given])).not.toEqual(lowered([]));
    expect(lowered([given, clear(given)])).toEqual(lowered([]));
  });

  it('that is not known is reported', () => {
    const problems: Problem[] = [];
    const detector = new StreamDetector<Event>({ ...alone, onProblem: (problem) => problems.push(problem) });
    detector.takeFeedback(clear(given));
    detect(detector, events.slice(0, 3));
    detector.takeFeedback(clear(given));
    const message =
      'feedback on "a": expected feedback that was given before, got none on these events; nothing is cleared';
    expect(problems.map((problem) => [problem.kind, problem.index, problem.message])).toEqual([
      ['unknownFeedback', 0, message],
      ['unknownFeedback', 3, message],
    ]);
  });
});
