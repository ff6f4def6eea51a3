import {
  asyncScheduler,
  firstValueFrom,
  from,
  lastValueFrom,
  type Observable,
  ReplaySubject,
  Subject,
  take,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/reading.ts';
import type { CheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { DurableDetector } from '../../../src/models/durable/durableDetector.ts';
import type { DurableVerdict } from '../../../src/models/durable/durableState.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { ZScoreScorer } from '../../../src/models/scorers/zScoreScorer.ts';
import { checkpoint } from '../../../src/operators/durable/checkpoint.ts';
import type { CheckpointOptions } from '../../../src/operators/durable/checkpointOptions.ts';
import { CheckpointSaver } from '../../../src/operators/durable/checkpointSaver.ts';
import { durableVerdicts } from '../../../src/operators/durable/durableVerdicts.ts';
import { alertIds } from '../../../src/sinks/alertJson.ts';

interface Event {
  readonly key: string;
  readonly time?: number;
  readonly value: number;
  readonly position: number;
}
type Detected = DurableVerdict<Event, number>;
type Detect = NonNullable<CheckpointOptions<Event, number, number, Detected>['detect']>;

const CHEAP: Detect = {
  forecaster: (dimensions) => new EmaForecaster({ dimensions }),
  scorer: (dimensions) => new ZScoreScorer({ dimensions }),
  warmUp: 5,
};

function run(
  store: CheckpointStore,
  source: (position: number | undefined) => Observable<Event>,
  detect: Detect,
  signal?: AbortSignal,
): Observable<Detected> {
  return checkpoint<Event, number, number, Detected>({
    ...{ store, every: 1e-9, source, detect: { ...CHEAP, ...detect } },
    ...(signal === undefined ? {} : { signal }),
  } as never);
}

const idOf = (alert: Pick<Alert<Event, number>, 'phase' | 'incident'>): string =>
  alertIds<Event, number>()(alert);

/** What happened: `a 10`, `a! 30` where a falls silent, `a? 60` where it returns, with the ids of incidents. */
function inShort({ key, time, absence, incident, ended }: Detected): string {
  const mark = absence === undefined ? '' : absence.phase === 'began' ? '!' : '?';
  const ids = [
    ...ended.map(
      (each) => `-${each.kind} ${idOf({ phase: 'ended', incident: each })} ${each.start}-${each.end}`,
    ),
    ...(incident === undefined ? [] : [`+${incident.kind} ${idOf({ phase: 'began', incident })}`]),
  ];
  return [`${key}${mark} ${time}`, ...ids].join(' ');
}

describe('absences of recorded data in a checkpoint', () => {
  const SILENT = { absentAfter: 20, absentBy: 'time' as const };
  /** a is silent twice, b to the end, c not at all. */
  const events = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    .flatMap((time) => [
      ...(time === 30 || time === 40 || (time >= 70 && time <= 90) ? [] : [{ key: 'a', time }]),
      ...(time < 50 ? [{ key: 'b', time: time + 1 }] : []),
      { key: 'c', time: time + 2 },
    ])
    .map((each, position): Event => ({ ...each, value: position % 3, position }));
  const after = (position = -1): Observable<Event> => from(events.slice(position + 1));

  it('are the same wherever the process was killed: before, in and after each', async () => {
    const whole = (await lastValueFrom(run(new MemoryCheckpointStore(), after, SILENT).pipe(toArray()))).map(
      inShort,
    );
    expect(whole.filter((line) => line.includes('+absence'))).toHaveLength(3);
    expect(whole.filter((line) => line.includes('-absence'))).toHaveLength(2);
    for (let cut = 1; cut < whole.length; cut++) {
      const store = new MemoryCheckpointStore();
      const first = (await lastValueFrom(run(store, after, SILENT).pipe(take(cut), toArray()))).map(inShort);
      const rest = (await lastValueFrom(run(store, after, SILENT).pipe(toArray()))).map(inShort);
      expect(first).toEqual(whole.slice(0, cut));
      // What came after the last state comes again, the same.
      expect(rest).toEqual(whole.slice(whole.length - rest.length));
      expect(rest.length).toBeGreaterThanOrEqual(whole.length - cut);
    }
  });

  it('go on where a run has stopped, with every state saved', async () => {
    const whole = (await lastValueFrom(run(new MemoryCheckpointStore(), after, SILENT).pipe(toArray()))).map(
      inShort,
    );
    const store = new MemoryCheckpointStore();
    const pieces: string[] = [];
    for (let end = 1; end <= events.length; end++) {
      const source = (position = -1): Observable<Event> => from(events.slice(position + 1, end));
      pieces.push(...(await lastValueFrom(run(store, source, SILENT).pipe(toArray()))).map(inShort));
    }
    expect(pieces).toEqual(whole);
  });
});

describe('absences by the clock in a checkpoint', () => {
  const SILENT = { absentAfter: 60 };

  /** A run that is fed by hand. */
  function live(store: CheckpointStore, isTimed: boolean) {
    const source = new Subject<Event>();
    const stop = new AbortController();
    const seen: Detected[] = [];
    const arrived = new Subject<void>();
    let position = 0;
    const done = new Promise<void>((resolve, reject) => {
      run(store, () => source, SILENT, stop.signal).subscribe({
        next: (verdict) => {
          seen.push(verdict);
          arrived.next();
        },
        complete: resolve,
        error: reject,
      });
    });
    return {
      seen,
      subscribed: async () => {
        while (!source.observed) await new Promise((resolve) => setTimeout(resolve, 1));
      },
      send: (key: string, time: number) => {
        position += 1;
        source.next({ key, value: 1, position, ...(isTimed ? { time } : {}) });
      },
      until: async (test: (verdict: Detected) => boolean): Promise<Detected> => {
        for (;;) {
          const found = seen.find(test);
          if (found !== undefined) return found;
          await firstValueFrom(arrived);
        }
      },
      stop: async () => {
        stop.abort();
        await done;
      },
    };
  }

  const began =
    (key: string) =>
    (verdict: Detected): boolean =>
      verdict.key === key && verdict.absence?.phase === 'began';

  it.each([true, false])('are one incident over a restart (times: %s)', async (isTimed) => {
    const store = new MemoryCheckpointStore();
    const first = live(store, isTimed);
    await first.subscribed();
    first.send('a', 1_000);
    const silent = await first.until(began('a'));
    expect(silent.incident).toMatchObject({ kind: 'absence', key: 'a', count: 1 });
    await first.stop();

    const second = live(store, isTimed);
    await second.subscribed();
    second.send('b', 1_001);
    await second.until(began('b')); // by now a would have fallen silent once more
    expect(second.seen.filter(began('a'))).toEqual([]);
    second.send('a', 9_000);
    const back = await second.until(({ key, absence }) => key === 'a' && absence !== undefined);
    expect(back.absence?.phase).toBe('ended');
    expect(back.ended).toHaveLength(1);
    const [incident] = back.ended;
    expect(incident).toMatchObject({ kind: 'absence', key: 'a', count: 1, severity: 'high' });
    expect(incident!.first.value).toBeNaN();
    if (isTimed) {
      expect(incident).toMatchObject({ start: 1_000, end: 9_000 });
      expect(idOf({ phase: 'ended', incident: incident! })).toBe(
        idOf({ phase: 'began', incident: silent.incident! }),
      );
    }
    await second.stop();
  });

  it('have their options checked at once', () => {
    const wrong = (detect: object) => () => run(new MemoryCheckpointStore(), () => new Subject(), detect);
    expect(wrong({ absentAfter: -1 })).toThrow(
      "checkpoint: expected absentAfter to be a positive number, or 'auto', got -1",
    );
    expect(wrong({ absentBy: 'wall' })).toThrow("expected absentBy to be one of 'clock', 'time'");
  });

  it('that had not begun when the state was saved begin after the restart', async () => {
    const store = new MemoryCheckpointStore();
    const first = live(store, true);
    await first.subscribed();
    first.send('a', 1_000);
    await first.until(({ key }) => key === 'a');
    await first.stop();
    const known = first.seen.filter(began('a')).length; // on a slow machine it may have begun

    const second = live(store, true);
    await second.subscribed();
    if (known === 0) await second.until(began('a'));
    await second.stop();
    expect(first.seen.concat(second.seen).filter(began('a'))).toHaveLength(1);
  });

  it('are delivered before the stream completes, and no state is saved without them', async () => {
    const store = new MemoryCheckpointStore();
    const first = live(store, true);
    await first.subscribed();
    first.send('a', 1_000);
    await first.until(began('a'));
    await first.stop();
    const state = JSON.stringify(await store.load('detector'));
    expect(state).toContain('"isAbsent":true');
    expect(state).toContain('"kind":"absence"');
  });
});

describe('absences by the clock while events wait', () => {
  it('are not found: what waits may be of any key', async () => {
    const detector = await DurableDetector.open<Event, number>(
      'here',
      { ...CHEAP, clock: () => asyncScheduler.now() },
      { store: undefined, name: 'n', config: null, run: '1', absentAfter: 40 },
    );
    const saver = new CheckpointSaver({ capture: () => async () => {} }, 1e6, asyncScheduler, () => {});
    let release = (): void => {};
    let isHeld = false;
    const held = new Promise<void>((resolve) => {
      release = () => {
        isHeld = false;
        resolve();
      };
    });
    const source = new Subject<Event>();
    const seen = new ReplaySubject<string>();
    const running = durableVerdicts<Event, number, Detected>(detector, saver, {
      ...{ source: () => source, place: () => () => null, every: 1e6, scheduler: asyncScheduler },
      ...{ absentBy: 'clock', pause: () => (isHeld ? held : undefined) },
    }).subscribe(({ key, absence }) => seen.next(`${key} ${absence?.phase ?? ''}`.trim()));
    source.next({ key: 'a', value: 1, position: 0 });
    isHeld = true;
    source.next({ key: 'a', value: 1, position: 1 });
    await new Promise((resolve) => setTimeout(resolve, 300)); // many times as long as a may be silent
    release();
    expect(await firstValueFrom(seen.pipe(take(3), toArray()))).toEqual(['a', 'a', 'a began']);
    running.unsubscribe();
    await detector.close();
  });
});
