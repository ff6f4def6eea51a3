import { from, map, NEVER, of, range, Subject, startWith, take, tap, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Verdict } from '../../src/core/reading.ts';
import { type Feedback, feedbackOn } from '../../src/models/decision/feedback.ts';
import { MemoryCheckpointStore } from '../../src/models/durable/checkpointStore.ts';
import type { DurableVerdict } from '../../src/models/durable/durableState.ts';
import { pretrainedFactory } from '../../src/models/pretrained/pretrainedForecaster.ts';
import { loadPretrainedWeights } from '../../src/models/pretrained/pretrainedWeights.ts';
import { EvidenceScorer } from '../../src/models/scorers/evidenceScorer.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { detectFleet } from '../../src/operators/detectFleet.ts';
import { checkpoint } from '../../src/operators/durable/checkpoint.ts';
import { testScheduler } from '../support/marbles.ts';
import { runOperator } from '../support/runOperator.ts';

interface Event {
  readonly key: string;
  readonly value: number;
}

const weights = await loadPretrainedWeights();

function eventOf(key: string): Event {
  return { key, value: key.charCodeAt(0) };
}

/** Sensors in turn, each a wave of its own, with spikes. */
function readings(keys: number, length: number): (Event & { readonly time: number })[] {
  const random = new Random(4);
  return Array.from({ length: keys * length }, (_, n) => {
    const [k, t] = [n % keys, Math.floor(n / keys)];
    const spike = random.below(100) === 0 ? 8 : 0;
    const value = 10 * k + Math.sin((2 * Math.PI * t) / (20 + k)) + 0.1 * random.normal() + spike;
    return { key: `s${k}`, value, time: t * 60_000 };
  });
}

describe('a fleet', () => {
  it('detects as detectAnomalies does with the same models', () => {
    const forecaster = pretrainedFactory(weights, { adapt: 'none' });
    const scorer = (dimensions: number) => new EvidenceScorer({ dimensions, compact: true });
    const events = readings(4, 400);
    const verdicts = runOperator(events, detectFleet());
    expect(verdicts).toEqual(runOperator(events, detectAnomalies({ forecaster, scorer })));
    expect(verdicts.some(({ startOfIncident }) => startOfIncident)).toBe(true);
  });

  it('clears feedback while it runs', () => {
    const [source, feedback] = [new Subject<Event>(), new Subject<Feedback>()];
    const verdicts: Verdict<Event, number>[] = [];
    source.pipe(detectFleet({ feedback })).subscribe((verdict) => verdicts.push(verdict));
    const anything = [[-1e9, 1e9]] as const;
    const given: Feedback = { kind: 'normal', key: 's0', value: anything, residual: anything, score: 1 };
    const calm = readings(2, 300);
    for (const event of calm) source.next(event);
    const spike = (value: number): Verdict<Event, number> => {
      source.next({ key: 's0', value });
      return verdicts.at(-1)!;
    };
    feedback.next(given);
    expect(spike(30)).toMatchObject({ isAnomaly: false, suppressed: 'feedback' });
    for (let t = 0; t < 60; t++) source.next({ key: 's0', value: Math.sin(t / 3) });
    feedback.next({ ...given, kind: 'clear' });
    const flagged = spike(300);
    expect(flagged.isAnomaly).toBe(true);
    expect(flagged.suppressed).toBeUndefined();
  });

  it('takes feedback while it runs', () => {
    const [source, feedback] = [new Subject<Event>(), new Subject<Feedback>()];
    const flagged: Verdict<Event, number>[] = [];
    source.pipe(detectFleet({ feedback })).subscribe((verdict) => {
      if (!verdict.isAnomaly) return;
      flagged.push(verdict);
      if (verdict.value !== 30) return;
      const anything = [[-1e9, 1e9]] as const;
      feedback.next({ ...feedbackOn('normal', verdict.key, [verdict]), value: anything, residual: anything });
    });
    for (const event of readings(2, 300)) source.next(event);
    for (let n = 0; n < 3; n++) {
      source.next({ key: 's0', value: 30 });
      for (let t = 0; t < 60; t++) source.next({ key: 's0', value: Math.sin(t / 3) });
    }
    expect(flagged.filter(({ value }) => value === 30)).toHaveLength(1);
  });

  it('reports keys that are absent', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const found = cold('a-b-a-a-a-|').pipe(
        map(eventOf),
        detectFleet({ absentAfter: 5 }),
        map(({ key, absence }) => (absence?.phase === 'began' ? key?.toUpperCase() : key)),
      );
      expectObservable(found).toBe('a-b-a-aBa-|');
    });
  });

  it('resumes from a checkpoint as if it had never stopped', async () => {
    const events = readings(5, 60).map((event, position) => ({ ...event, position }));
    type Positioned = (typeof events)[number];
    const detect = { fleet: true, maxKeys: 3 };
    const through = (
      store: MemoryCheckpointStore,
      until: number,
    ): Promise<DurableVerdict<Positioned, number>[]> =>
      new Promise((resolve, reject) => {
        const seen: DurableVerdict<Positioned, number>[] = [];
        const source = (position = -1) => from(events.slice(position + 1, until));
        checkpoint<Positioned, number>({ store, detect, source }).subscribe({
          next: (verdict) => seen.push(verdict),
          error: reject,
          complete: () => resolve(seen),
        });
      });
    const whole = await through(new MemoryCheckpointStore(), events.length);
    const store = new MemoryCheckpointStore();
    const parts = [...(await through(store, 170)), ...(await through(store, events.length))];
    expect(parts.map(({ score, expected }) => [score, expected])).toEqual(
      whole.map(({ score, expected }) => [score, expected]),
    );
  });
});

describe('errors', () => {
  it('of the source pass, after what came before', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const keys = cold('-a-b-#', undefined, 'broken pipe').pipe(
        map(eventOf),
        detectFleet(),
        map(({ key }) => key),
      );
      expectObservable(keys).toBe('-a-b-#', undefined, 'broken pipe');
    });
  });

  it('of a bad event under the policy "error" come after the verdicts of those before it', () => {
    const seen: unknown[] = [];
    from([1, 2, Number.NaN, 3].map((value, n) => ({ key: `s${n}`, value })))
      .pipe(detectFleet({ onBadData: 'error' }))
      .subscribe({
        next: ({ value }) => seen.push(value),
        error: ({ code, message }) => seen.push(code, message),
      });
    expect(seen).toEqual([1, 2, 'BAD_DATA', 'detectFleet: event 2 of "s2": expected a number, got none']);
  });
});

describe('the fleet of a subscription', () => {
  const disposals = (subscribe: () => void): number => {
    const dispose = vi.spyOn(StreamDetector.prototype, 'dispose');
    subscribe();
    const count = dispose.mock.calls.length;
    dispose.mockRestore();
    return count;
  };

  it.each([
    ['completes', () => of(1, 2).pipe(detectFleet()).subscribe()],
    [
      'fails',
      () =>
        throwError(() => 'no')
          .pipe(startWith(1), detectFleet<number>())
          .subscribe({ error: () => {} }),
    ],
    ['is left', () => NEVER.pipe(startWith(1), detectFleet<number>()).subscribe().unsubscribe()],
    ['has given enough', () => range(1, 1e9).pipe(detectFleet(), take(2)).subscribe()],
  ])('is disposed of once when it %s', (_when, subscribe) => {
    expect(disposals(subscribe)).toBe(1);
  });

  it('is new for every subscriber', () => {
    const events = Array.from({ length: 60 }, (_, n) => eventOf('abc'[n % 3]));
    const operator = detectFleet<Event>();
    expect(runOperator(events, operator)).toEqual(runOperator(events, operator));
  });

  it('gives a verdict before the next event is asked for', () => {
    const order: string[] = [];
    from('abca')
      .pipe(
        tap((key) => order.push(`event ${key}`)),
        map(eventOf),
        detectFleet(),
      )
      .subscribe(({ key }) => order.push(`verdict ${key}`));
    expect(order).toEqual([...'abca'].flatMap((key) => [`event ${key}`, `verdict ${key}`]));
  });
});

describe('faulty sensors among 500', () => {
  const KEYS = 500;
  const FAULT = 350;
  const LENGTH = 420;

  const FAULTS: Readonly<Record<string, (t: number, random: Random) => number>> = {
    s120: (t) => (t === FAULT ? 3 : 0), // a spike
    s237: () => 2, // a shifted level
    s350: (_, random) => 2 * random.normal(), // noise
  };

  /** Each a sine of its own phase, level and amplitude, with noise of a tenth of it. */
  function* readings(): Generator<Event & { time: number }> {
    const shapes = new Random(5);
    const sensors = Array.from({ length: KEYS }, () => ({
      phase: 6 * shapes.uniform(),
      level: 100 * shapes.normal(),
      amplitude: 1 + 5 * shapes.uniform(),
    }));
    const [random, faulty] = [new Random(6), new Random(7)];
    for (let t = 0; t < LENGTH; t++) {
      for (const [k, { phase, level, amplitude }] of sensors.entries()) {
        const own = Math.sin((2 * Math.PI * t) / 48 + phase) + 0.1 * random.normal();
        const key = `s${k}`;
        const added = t >= FAULT ? (FAULTS[key]?.(t, faulty) ?? 0) : 0;
        yield { key, value: level + amplitude * (own + added), time: t * 1_800_000 };
      }
    }
  }

  it('are found by a spike, a shifted level and noise, and the others stay quiet', () => {
    const flagged: Verdict<Event, number>[] = [];
    from(readings())
      .pipe(detectFleet())
      .subscribe((verdict) => {
        if (verdict.isAnomaly) flagged.push(verdict);
      });
    for (const faulty of Object.keys(FAULTS)) {
      const found = flagged.find(({ key }) => key === faulty);
      expect(found?.time, faulty).toBeLessThanOrEqual((FAULT + 8) * 1_800_000);
      expect(found?.startOfIncident, faulty).toBe(true);
    }
    expect(flagged.filter(({ key }) => !(key! in FAULTS)).length).toBeLessThanOrEqual(2); // of 210,000
  });
});
