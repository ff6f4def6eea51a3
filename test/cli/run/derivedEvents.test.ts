import { join } from 'node:path';
import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Derivation } from '../../../src/cli/run/derivation.ts';
import { DerivedEvents } from '../../../src/cli/run/derivedEvents.ts';
import { aggregate } from '../../../src/operators/aggregate.ts';
import { rate } from '../../../src/operators/rate.ts';
import { describeWithRedis, type RedisServer } from '../../support/environment/redis.ts';
import { rxAnomaly, type Started, start, temporaryFolder } from '../rxAnomaly.ts';

const TIMEOUT = 300_000;
const MINUTE = 60_000;

interface Event {
  readonly key: string;
  readonly time: number;
  readonly value: readonly number[];
}

const events = fc.array(
  fc
    .record({
      key: fc.constantFrom('a', 'b', 'c'),
      step: fc.integer({ min: -20_000, max: 90_000 }),
      value: fc.tuple(
        fc.oneof(fc.integer({ min: 0, max: 99 }), fc.constant(Number.NaN)),
        fc.double({ noNaN: false, min: -1e6, max: 1e6 }),
      ),
    })
    .map(({ key, step, value }) => ({ key, step, value })),
  { maxLength: 80 },
);

function inTime(
  steps: readonly { readonly key: string; readonly step: number; readonly value: readonly number[] }[],
): Event[] {
  let time = 1_700_000_000_000;
  return steps.map(({ key, step, value }) => {
    time += step;
    return { key, time, value };
  });
}

const PLANS: readonly Derivation[] = [
  { rate: ['n'] },
  { resample: { every: MINUTE, by: ['mean', 'count', 'std', 'p90'] } },
  { rate: ['n', 'm'], resample: { every: 5 * MINUTE, by: ['max'] } },
];

const create = (plan: Derivation): DerivedEvents<Event> => new DerivedEvents(plan, ['n', 'm'], () => {});
const madeBy = (derived: DerivedEvents<Event>, all: readonly Event[]) =>
  all.flatMap((event) => derived.add(event)).map(({ key, time, value }) => ({ key, time, value }));

describe('derived events', () => {
  it.each(PLANS)('continue from their state as if there had been no end: %j', (plan) => {
    fc.assert(
      fc.property(events, fc.nat(80), (steps, cut) => {
        const all = inTime(steps);
        const first = create(plan);
        const before = madeBy(first, all.slice(0, cut));
        const second = create(plan);
        second.resume(first.save());
        expect(second.pending).toBe(first.pending);
        expect([...before, ...madeBy(second, all.slice(cut))]).toEqual(madeBy(create(plan), all));
      }),
    );
  });

  it('are those of the operators rate and aggregate', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (steps) => {
        const all = inTime(steps);
        const [rates, windows] = [rate<Event, readonly number[]>, aggregate];
        const expected = from(all).pipe(
          rates({ value: ({ value }) => value, onProblem: 'silent' }),
          windows({ every: 5 * MINUTE, by: ['max'], onProblem: 'silent' }),
        );
        const found = await lastValueFrom(expected.pipe(toArray()));
        expect(madeBy(create(PLANS[2]!), all)).toEqual(
          found.map(({ key, time, value }) => ({ key, time, value })),
        );
      }),
    );
  });
});

const folder = temporaryFolder();

/** Entries of two streams: a counter with resets, by times of their own. */
async function send(redis: RedisServer, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++)
    for (const stream of ['in:a', 'in:b']) {
      const count = (n % 450) * 3 + ((Math.imul(n + 1, 2_654_435_761) >>> 0) % 3);
      const at = String(1_700_000_000_000 + n * 7000);
      await redis.ask('XADD', stream, '*', 'v', String(count), 'at', at);
    }
}

const nameOf = (line: string): string => {
  const { key, time } = JSON.parse(line) as { readonly key: string; readonly time: string };
  return `${key} ${time}`;
};

/** Runs `detect` until `isOver` holds of the lines that it has written, and ends it by that signal. */
async function detectUntil(
  args: readonly string[],
  isOver: (lines: readonly string[]) => boolean,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<{ readonly written: readonly string[]; readonly stderr: string }> {
  const run: Started = start(['detect', ...args]);
  const whole = (text: string): string[] => text.split('\n').slice(0, -1);
  let seen = '';
  await new Promise<void>((resolve, reject) => {
    run.child.stdout!.on('data', (text: string) => {
      seen += text;
      if (isOver(whole(seen))) resolve();
    });
    run.finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  run.child.kill(signal);
  const { stdout, stderr } = await run.finished;
  return { written: whole(stdout), stderr };
}

describeWithRedis('detect --redis with --rate and --resample', (redis) => {
  it('continues after its death with the same verdicts, window for window', {
    timeout: TIMEOUT,
  }, async () => {
    const made = ['--rate', 'v', '--resample', '1m:mean,max'];
    const models = ['--forecaster', 'ema', '--scorer', 'zScore'];
    const source = ['--redis', redis().url, '--stream', 'in:a,in:b', '--value', 'v', '--time', 'at'];
    const state = (name: string) => ['--checkpoint', join(folder.path, name), '--checkpoint-every', '0.1'];
    const args = (name: string) => [...source, ...made, ...models, ...state(name)];
    const all = new Map<string, string>();
    const add = (lines: readonly string[]): void => {
      for (const line of lines) {
        expect(all.get(nameOf(line)) ?? line).toBe(line);
        all.set(nameOf(line), line);
      }
    };
    for (const [k, signal] of (['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGKILL'] as const).entries()) {
      await send(redis(), 301 * k, 301 * (k + 1));
      add((await detectUntil(args('often'), (lines) => lines.length > 20, signal)).written);
    }
    // It began 20 seconds after a full minute.
    const windows = 2 * Math.floor((20_000 + (4 * 301 - 1) * 7000) / MINUTE);
    const isWhole = (lines: readonly string[]) =>
      new Set([...all.keys(), ...lines.map(nameOf)]).size === windows;
    add((await detectUntil(args('often'), isWhole, 'SIGTERM')).written);
    const once = await detectUntil(args('once'), ({ length }) => length === windows, 'SIGTERM');
    expect(once.stderr).toContain(
      'one reading for 60 s of a stream, when its next event has come: mean(rate(v)), max(rate(v))',
    );
    expect(once.stderr).toContain('counter');
    expect(new Set(once.written)).toEqual(new Set(all.values()));
    const other = await rxAnomaly(['detect', ...source, ...models, ...state('once')]);
    expect(other.stderr).toContain('it was saved with --rate v, and this run is without --rate');
    const unknown = await rxAnomaly(['detect', ...source, '--rate', 'w']);
    expect(unknown.stderr).toContain('expected --rate to name values (v), got "w"');
  });
});

it('metrics of OTLP are rates already', async () => {
  const { code, stderr } = await rxAnomaly(['detect', '--otlp', '0', '--rate', 'value']);
  expect(code).toBe(2);
  expect(stderr).toContain('--rate has no effect with --otlp, which makes rates of counters itself');
});
