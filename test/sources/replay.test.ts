import { count, lastValueFrom, take, toArray, VirtualTimeScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { replay } from '../../src/sources/replay.ts';

const START = Date.UTC(2024, 0, 1);

interface Event {
  readonly time?: unknown;
  readonly name?: string;
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What was received, and when, in milliseconds since the start. */
function listen(source: ReturnType<typeof replay<Event>>) {
  const received: [time: number, event: Event][] = [];
  const ended = vi.fn();
  const subscription = source.subscribe({
    next: (event) => received.push([Date.now() - START, event]),
    error: ended,
    complete: ended,
  });
  return { received, ended, subscription, times: () => received.map(([time]) => time) };
}

const at = (...times: readonly unknown[]): Event[] => times.map((time) => ({ time }));

/** A source that tells what was pulled from it and whether it was closed. */
function watched(events: readonly Event[]) {
  const log = { pulled: 0, closed: 0 };
  async function* generate(): AsyncGenerator<Event> {
    try {
      for (const event of events) {
        log.pulled++;
        yield event;
      }
    } finally {
      log.closed++;
    }
  }
  return { log, events: generate() };
}

describe('replay', () => {
  it('gives events as far apart as their times say', async () => {
    const { times, ended, received } = listen(replay(at(5000, 6000, 6500, 9000)));
    await vi.runAllTimersAsync();
    expect(times()).toEqual([0, 1000, 1500, 4000]);
    expect(received.map(([, event]) => event)).toEqual(at(5000, 6000, 6500, 9000));
    expect(ended).toHaveBeenCalledExactlyOnceWith();
  });

  it('divides the distances by the speed', async () => {
    const faster = listen(replay(at(0, 60_000, 120_000), { speed: 60 }));
    const slower = listen(replay(at(0, 1000, 2000), { speed: 0.5 }));
    await vi.runAllTimersAsync();
    expect(faster.times()).toEqual([0, 1000, 2000]);
    expect(slower.times()).toEqual([0, 2000, 4000]);
  });

  it('does not wait when the speed is infinite', async () => {
    const events = at(0, 1e9, 5e11, 1e12);
    const { times } = listen(replay(events, { speed: Number.POSITIVE_INFINITY }));
    await vi.advanceTimersByTimeAsync(0);
    expect(times()).toEqual([0, 0, 0, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not drift: each is due by the time since the first one', async () => {
    const events = Array.from({ length: 1001 }, (_, n) => ({ time: n * 1.5 }));
    const { received } = listen(replay(events));
    await vi.runAllTimersAsync();
    expect(received).toHaveLength(1001);
    for (const [n, [time]] of received.entries()) expect(Math.abs(time - 1.5 * n)).toBeLessThanOrEqual(1);
  });

  it('catches up after the consumer held it up', async () => {
    const received: number[] = [];
    replay(at(0, 100, 200, 300, 400)).subscribe(({ time }) => {
      received.push(Date.now() - START);
      if (time === 100) vi.setSystemTime(Date.now() + 150); // a synchronous consumer that takes 150 ms
    });
    await vi.runAllTimersAsync();
    expect(received).toEqual([0, 100, 250, 300, 400]);
  });

  it('lets events without a readable time, and those that go back, come at once', async () => {
    const { times } = listen(replay(at(1000, undefined, 2000, 'noon', 1500, Number.NaN, 3000)));
    await vi.runAllTimersAsync();
    expect(times()).toEqual([0, 0, 1000, 1000, 1000, 1000, 2000]);
  });

  it('comes at once where no event has a time', async () => {
    const { times } = listen(replay([{ name: 'a' }, { name: 'b' }]));
    await vi.advanceTimersByTimeAsync(0);
    expect(times()).toEqual([0, 0]);
  });

  it('reads times by a selector: numbers, dates, ISO text', async () => {
    const events = [{ at: START }, { at: new Date(START + 1000) }, { at: '2024-01-01T00:00:03Z' }];
    const received: number[] = [];
    replay(events, { time: ({ at: time }) => time }).subscribe(() => received.push(Date.now() - START));
    await vi.runAllTimersAsync();
    expect(received).toEqual([0, 1000, 3000]);
  });

  it('waits through a gap that is longer than a timer can hold', async () => {
    const month = 30 * 86_400_000;
    const { received } = listen(replay(at(0, month)));
    await vi.advanceTimersByTimeAsync(24 * 86_400_000);
    expect(received).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(6 * 86_400_000);
    expect(received).toHaveLength(2);
  });

  it('takes its clock from the scheduler it was given', async () => {
    const scheduler = new VirtualTimeScheduler();
    const received: number[] = [];
    replay(at(0, 1000, 5000), { scheduler }).subscribe(() => received.push(scheduler.frame));
    for (let n = 0; n < 5; n++) {
      await vi.advanceTimersByTimeAsync(0); // what waits for the iterator
      scheduler.flush();
    }
    expect(received).toEqual([0, 1000, 5000]);
    expect(Date.now()).toBe(START);
  });

  it('completes at once without events', async () => {
    const { received, ended } = listen(replay([]));
    await vi.advanceTimersByTimeAsync(0);
    expect(received).toEqual([]);
    expect(ended).toHaveBeenCalledExactlyOnceWith();
  });

  it('starts over for every subscriber', async () => {
    const source = replay(at(0, 1000));
    const first = listen(source);
    await vi.advanceTimersByTimeAsync(500);
    const second = listen(source);
    await vi.runAllTimersAsync();
    expect(first.times()).toEqual([0, 1000]);
    expect(second.times()).toEqual([500, 1500]);
  });
});

describe('replay pulls', () => {
  it('one by one, and does not read ahead', async () => {
    const { log, events } = watched(at(0, 1000, 2000, 3000));
    const { received } = listen(replay(events));
    await vi.advanceTimersByTimeAsync(1500);
    expect(received).toHaveLength(2);
    expect(log.pulled).toBe(3); // the one that is being waited for
    await vi.runAllTimersAsync();
    expect(log).toEqual({ pulled: 4, closed: 1 });
  });

  it('nothing before it is subscribed to', async () => {
    const { log, events } = watched(at(0));
    replay(events);
    await vi.advanceTimersByTimeAsync(1000);
    expect(log.pulled).toBe(0);
  });

  it('nothing more after the subscriber left during a wait, leaves no timer and closes the iterator', async () => {
    const { log, events } = watched(at(0, 60_000, 120_000));
    const { received, ended, subscription } = listen(replay(events));
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(1);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual({ pulled: 2, closed: 1 });
    await vi.advanceTimersByTimeAsync(1e6);
    expect(received).toHaveLength(1);
    expect(ended).not.toHaveBeenCalled();
  });

  it('nothing more when enough was taken, and closes the iterator', async () => {
    const { log, events } = watched(at(0, 10, 20, 30));
    const taken = lastValueFrom(replay(events).pipe(take(2), toArray()));
    await vi.runAllTimersAsync();
    expect(await taken).toEqual(at(0, 10));
    expect(log).toEqual({ pulled: 2, closed: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closes a synchronous iterator, too', async () => {
    const closed = vi.fn();
    function* events(): Generator<Event> {
      try {
        yield* at(0, 1000);
      } finally {
        closed();
      }
    }
    const { subscription } = listen(replay(events()));
    await vi.advanceTimersByTimeAsync(10);
    subscription.unsubscribe();
    await vi.advanceTimersByTimeAsync(0);
    expect(closed).toHaveBeenCalledOnce();
  });

  it('a hundred thousand events without a stack that grows', async () => {
    function* events(): Generator<Event> {
      for (let n = 0; n < 100_000; n++) yield { time: 0 };
    }
    expect(await lastValueFrom(replay(events()).pipe(count()))).toBe(100_000);
  });
});

describe('replay fails', () => {
  it('with its source, after what came before', async () => {
    const broken = new Error('disk gone');
    async function* events(): AsyncGenerator<Event> {
      yield* at(0, 1000);
      throw broken;
    }
    const { times, ended } = listen(replay(events()));
    await vi.runAllTimersAsync();
    expect(times()).toEqual([0, 1000]);
    expect(ended).toHaveBeenCalledExactlyOnceWith(broken);
  });

  it('with what the time selector throws, and closes the iterator', async () => {
    const bad = new Error("the user's own");
    const { log, events } = watched(at(0, 1));
    const time = (): never => {
      throw bad;
    };
    const { received, ended } = listen(replay(events, { time }));
    await vi.runAllTimersAsync();
    expect(received).toEqual([]);
    expect(ended).toHaveBeenCalledExactlyOnceWith(bad);
    expect(log.closed).toBe(1);
  });

  it('quietly when closing the source fails after the subscriber left', async () => {
    async function* events(): AsyncGenerator<Event> {
      try {
        yield* at(0, 1000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
        throw new Error('cannot be closed');
      }
    }
    const { subscription, ended } = listen(replay(events()));
    await vi.advanceTimersByTimeAsync(10);
    subscription.unsubscribe();
    await vi.advanceTimersByTimeAsync(10);
    expect(ended).not.toHaveBeenCalled(); // an unhandled rejection would fail the run
  });

  it('where there is nothing to iterate', async () => {
    const { ended } = listen(replay(5 as never));
    await vi.runAllTimersAsync();
    expect(ended).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError));
  });
});
