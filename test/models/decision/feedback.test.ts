import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem, Verdict } from '../../../src/core/reading.ts';
import { type Feedback, feedbackOn } from '../../../src/models/decision/feedback.ts';
import { FeedbackRecord } from '../../../src/models/decision/feedbackRecord.ts';
import { Threshold } from '../../../src/models/decision/threshold.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { parseSnapshot } from '../../../src/models/snapshot/parseSnapshot.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../../src/models/streamDetectorOptions.ts';
import { real } from '../../support/real.ts';
import { noisySine, withChanges } from '../../support/series.ts';

interface Event {
  readonly key: string;
  readonly value: number;
}

const create = (options: StreamDetectorOptions<Event, number> = {}): StreamDetector<Event> =>
  new StreamDetector<Event>({
    forecaster: (dimensions) => new LastValueForecaster({ dimensions }),
    ...options,
  });

/** A sine with the same spike at each of these places. */
function spiked(places: readonly number[], height = 20): Event[] {
  const spikes = new Map(places.map((place) => [place, height]));
  return withChanges(noisySine({ length: 1000 }), spikes).map((value) => ({ key: 'a', value }));
}

function detect(detector: StreamDetector<Event>, events: readonly Event[]): Verdict<Event, number>[] {
  return events.map((event) => detector.process(event)!);
}

/** That all which was flagged is normal. */
function normal(verdicts: readonly Verdict<Event, number>[]): Feedback {
  return feedbackOn(
    'normal',
    'a',
    verdicts.filter(({ isAnomaly }) => isAnomaly),
  );
}

describe('feedback "this is normal"', () => {
  const events = spiked([600, 900]);

  it('has no effect where it came before the first event, and that has more dimensions', () => {
    const detector = new StreamDetector<{ key: string; value: readonly number[] }>({ onProblem: 'silent' });
    const one: Feedback = { kind: 'normal', key: 'a', value: [[-99, 99]], residual: [[-99, 99]], score: 1 };
    detector.takeFeedback(one);
    const both = events.map(({ key, value }) => ({ key, value: [value, value] }));
    expect(both.map((event) => detector.process(event)!)[600]!.isAnomaly).toBe(true);
  });

  it('leaves the like of it alone, in that stream only', () => {
    const detector = create();
    const before = detect(detector, events.slice(0, 700));
    expect(before[600]!.isAnomaly).toBe(true);
    const other = { ...events[0]!, key: 'b' };
    for (let i = 0; i < 700; i++) detector.process({ ...events[i]!, key: 'b' });
    detector.takeFeedback(normal(before));
    const after = detect(detector, events.slice(700))[200]!;
    expect(after).toMatchObject({ isAnomaly: false, severity: 'none', suppressed: 'feedback' });
    expect(after.score).toBeGreaterThan(0.5);
    const elsewhere = events.slice(700).map(({ value }) => detector.process({ ...other, value })!);
    expect(elsewhere[200]!.isAnomaly).toBe(true);
  });

  it('does not cover what goes further', () => {
    const detector = create();
    const before = detect(detector, events.slice(0, 700));
    detector.takeFeedback(normal(before));
    expect(detector.process({ key: 'a', value: 40 })!.isAnomaly).toBe(true);
    expect(detector.process({ key: 'a', value: -20 })!.suppressed).toBeUndefined();
  });

  it('is refused with more or fewer ranges than the stream has dimensions', () => {
    const detector = create();
    const feedback = normal(detect(detector, events.slice(0, 700)));
    const value = [...feedback.value, ...feedback.value];
    expect(() => detector.takeFeedback({ ...feedback, value, residual: value })).toThrow(
      /feedback: expected value to be 1 ranges, one for each dimension of the stream/,
    );
  });

  it('is part of the snapshot, which continues bit for bit', () => {
    const detector = create();
    const before = detect(detector, events.slice(0, 700));
    detector.takeFeedback(normal(before));
    detector.takeFeedback({ ...feedbackOn('missed', 'a', [before[650]!]), score: 0.4 });
    const restored = create();
    restored.restore(JSON.parse(JSON.stringify(detector.snapshot())));
    expect(detect(restored, events.slice(700))).toEqual(detect(detector, events.slice(700)));
  });

  it('holds when it comes before the first event of its stream', () => {
    const first = create();
    const received = detect(first, events.slice(0, 700)).filter(({ isAnomaly }) => isAnomaly);
    const detector = create();
    detector.takeFeedback(feedbackOn('normal', 'a', received));
    expect(detect(detector, events)[600]).toMatchObject({ isAnomaly: false, suppressed: 'feedback' });
  });

  it('on a key without a model makes none and evicts none: it is reported, and waits, over a restart too', () => {
    const received = detect(create(), events.slice(0, 700)).filter(({ isAnomaly }) => isAnomaly);
    const problems: Problem[] = [];
    const one = create({ maxKeys: 1, onProblem: (problem) => problems.push(problem) });
    one.process({ ...events[0], key: 'b' });
    one.takeFeedback(feedbackOn('normal', 'a', received));
    expect([...one.keys()]).toEqual(['b']);
    expect(problems).toEqual([
      {
        ...{ kind: 'unknownKey', key: 'a', event: undefined, dimension: undefined, index: 1 },
        detail: 'expected the key of a model, got one that has none',
        remedy: 'it waits for the first event of its key',
        message:
          'feedback on "a": expected the key of a model, got one that has none; it waits for the first event of its key',
      },
    ]);
    expect(one.problems).toEqual({ unknownKey: 1 });
    const resumed = create();
    resumed.restore(parseSnapshot(JSON.stringify(one.snapshot())));
    for (const detector of [one, resumed])
      expect(detect(detector, events)[600]).toMatchObject({ isAnomaly: false, suppressed: 'feedback' });
    expect(one.snapshot().state).not.toHaveProperty('feedback');
  });

  it('waits on so many keys only: the oldest is dropped, which is reported', () => {
    const remedies: string[] = [];
    const detector = create({ onProblem: ({ remedy }) => remedies.push(remedy) });
    const range = [[0, 1]] as const;
    for (let k = 0; k < 1002; k++)
      detector.takeFeedback({ kind: 'missed', key: `k${k}`, value: range, residual: range, score: 0.5 });
    expect(remedies[999]).toBe('it waits for the first event of its key');
    expect(remedies.slice(1000)).toEqual(
      ['k0', 'k1'].map(
        (key) =>
          `it waits for the first event of its key, and the oldest of 1000 that wait, on "${key}", is dropped`,
      ),
    );
    expect(detector.size).toBe(0);
  });

  it('is taken back by "missed"', () => {
    const detector = create();
    const received = detect(detector, events.slice(0, 700)).filter(({ isAnomaly }) => isAnomaly);
    detector.takeFeedback(feedbackOn('normal', 'a', received));
    detector.takeFeedback(feedbackOn('missed', 'a', received));
    expect(detect(detector, events.slice(700))[200]!.isAnomaly).toBe(true);
  });

  it('is refused where it is none', () => {
    const wrong = { kind: 'fine', key: 'a', value: [], residual: [], score: 0 } as unknown;
    expect(() => create().takeFeedback(wrong as Feedback)).toThrow(
      "StreamDetector: feedback: expected kind to be one of 'normal', 'missed', 'clear', got \"fine\"",
    );
  });
});

describe('what was called normal', () => {
  const number = real(-100, 100);
  const meant = fc.record({
    value: number,
    expected: number,
    room: real(0, 5),
  });
  const eventOf = ({ value, expected, room }: { value: number; expected: number; room: number }) => ({
    value: [value],
    expected: [expected],
    lower: [expected - room],
    upper: [expected + room],
    score: 0.9,
  });

  it('covers every event that it was given for, in one dimension', () => {
    fc.assert(
      fc.property(fc.array(meant, { minLength: 1 }), (events) => {
        const record = new FeedbackRecord();
        record.add(feedbackOn('normal', undefined, events.map(eventOf)));
        for (const { value, expected } of events)
          expect(record.covers({ value: [value], residual: [value - expected], attribution: [1] })).toBe(
            true,
          );
      }),
    );
  });

  it('covers nothing that no dimension of it reaches', () => {
    const record = new FeedbackRecord();
    const event = { value: [5, 100], expected: [1, 100], lower: [0, 99], upper: [2, 101], score: 0.9 };
    record.add(feedbackOn('normal', undefined, [event]));
    const of = (value: number[], attribution: number[]) => ({
      value,
      residual: value.map((v, d) => v - event.expected[d]!),
      attribution,
    });
    expect(record.covers(of([5.5, 100], [0.9, 0.1]))).toBe(true);
    expect(record.covers(of([5.5, 300], [0.9, 0.1]))).toBe(true); // the second bears no blame
    expect(record.covers(of([5.5, 300], [0.5, 0.5]))).toBe(false);
    expect(record.covers(of([9, 100], [0.9, 0.1]))).toBe(false);
  });

  it('asks for the value and for the distance from the forecast', () => {
    const record = new FeedbackRecord();
    const event = { value: 20, expected: 10, lower: 9, upper: 11, score: 0.9 };
    record.add(feedbackOn('normal', undefined, [event]));
    expect(record.covers({ value: 20, residual: 10, attribution: 1 })).toBe(true);
    expect(record.covers({ value: 20, residual: -10, attribution: 1 })).toBe(false);
    expect(record.covers({ value: 30, residual: 10, attribution: 1 })).toBe(false);
  });

  it('is bounded, and saved and taken back as it is', () => {
    const record = new FeedbackRecord();
    for (let i = 0; i < 100; i++) {
      const event = { value: i, expected: i, lower: i - 0.25, upper: i + 0.25, score: 0.9 };
      record.add(feedbackOn('normal', undefined, [event]));
    }
    const covers = (of: FeedbackRecord, value: number) => of.covers({ value, residual: 0, attribution: 1 });
    expect([covers(record, 0), covers(record, 99)]).toEqual([false, true]);
    const restored = FeedbackRecord.resumed(structuredClone(record.save()));
    for (let i = 0; i < 100; i++) expect(covers(restored, i)).toBe(covers(record, i));
  });
});

describe('feedback "this was missed"', () => {
  it('makes the score that was missed suffice, and no lower one', () => {
    const scores = real(0.34, 0.5);
    fc.assert(
      fc.property(scores, (score) => {
        const threshold = new Threshold({ warmUp: 0 });
        threshold.lower(score);
        expect(threshold.decide(score).isAnomaly).toBe(true);
        expect(threshold.decide(score - 1e-9).isAnomaly).toBe(false);
      }),
    );
  });

  it('changes nothing where half the evidence would not have been enough', () => {
    const threshold = new Threshold({ warmUp: 0 });
    threshold.lower(0.2);
    expect(threshold.decide(0.49).isAnomaly).toBe(false);
  });

  it('never raises the evidence for an alert', () => {
    const threshold = new Threshold({ warmUp: 0 });
    threshold.lower(0.4);
    threshold.lower(0.9);
    expect(threshold.decide(0.41)).toMatchObject({ isAnomaly: true, severity: 'low' });
  });
});
