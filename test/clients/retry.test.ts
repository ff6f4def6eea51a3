import { asyncScheduler, defer, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { InfluxFailure } from '../../src/clients/influx/influxFailure.ts';
import { checkRetry, givenUp, LIMIT_AT_FIRST, type RetryOptions, retrying } from '../../src/clients/retry.ts';
import { testScheduler } from '../support/marbles.ts';

const away = new InfluxFailure('InfluxDB: away', true);

/** When the attempts of a request are made that fails so many times, and what comes of it. */
function attempt(options: RetryOptions, failures: number, draw: number, error: Error = away) {
  const times: number[] = [];
  const received: unknown[] = [];
  testScheduler().run(({ flush }) => {
    defer(() => {
      times.push(asyncScheduler.now());
      return times.length <= failures ? throwError(() => error) : of('answer');
    })
      .pipe(retrying(checkRetry('x', options, { limit: 10 }), () => draw, asyncScheduler))
      .subscribe({
        next: (value) => received.push(value),
        error: ({ message }: Error) => received.push(message),
      });
    flush();
  });
  return { times, received };
}

describe('asking again', () => {
  it('waits twice as long each time, up to the longest', () => {
    const { times, received } = attempt({ first: 100, longest: 1000 }, 6, 1);
    expect(times).toEqual([0, 100, 300, 700, 1500, 2500, 3500]);
    expect(received).toEqual(['answer']);
  });

  it('draws half of each wait at random', () => {
    expect(attempt({ first: 100, longest: 1000 }, 3, 0).times).toEqual([0, 50, 150, 350]);
  });

  it('ends after as many failures as it may', () => {
    const { times, received } = attempt({ first: 100, limit: 2 }, 99, 1);
    expect(times).toEqual([0, 100, 300]);
    expect(received).toEqual(['InfluxDB: away; given up after 3 attempts']);
  });

  it('never ends where it need not', () => {
    expect(attempt({ first: 1, longest: 1, limit: Infinity }, 5000, 1).received).toEqual(['answer']);
  });

  it.each([new InfluxFailure('InfluxDB: database not found', false), new TypeError('our own mistake')])(
    'does not happen after $message',
    (error) => {
      const { times, received } = attempt({}, 99, 1, error);
      expect(times).toEqual([0]);
      expect(received).toEqual([error.message]);
    },
  );

  it('tells of every failure that it makes up for', () => {
    const reported: unknown[] = [];
    attempt({ first: 100, onRetry: (report) => reported.push(report) }, 2, 1);
    expect(reported).toEqual([
      { error: away, count: 1, wait: 100, patience: 60_825 },
      { error: away, count: 2, wait: 200, patience: 60_750 },
    ]);
  });

  it('ends sooner, or later, where the server was never reached', () => {
    const limits = (options: RetryOptions) => {
      const { limit, limitAtFirst } = checkRetry('x', options, { limit: 10, limitAtFirst: LIMIT_AT_FIRST });
      return [limit, limitAtFirst];
    };
    expect(limits({})).toEqual([10, 4]);
    expect(limits({ limit: 3 })).toEqual([3, 3]);
    expect(limits({ limitAtFirst: 18 })).toEqual([10, 18]);
    expect(() => limits({ limitAtFirst: -1 })).toThrow(
      'x: retry: expected limitAtFirst to be an integer of 0 or more, or Infinity, got -1',
    );
    expect(givenUp(away, 5, false).message).toBe(
      'InfluxDB: away; given up after 5 attempts, as it was never reached: start it first, or check the address',
    );
  });
});
