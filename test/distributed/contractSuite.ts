import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DistributedEngine, Position } from '../../src/distributed/contract.ts';

/** The events of the suite. Engines carry them as JSON; the partition is by `key`. */
export interface TestEvent {
  readonly key: string;
  readonly value: number;
  /** Milliseconds. */
  readonly at: number;
}

/** An engine under test, on a log of its own that nothing was published to. */
export interface TestEngine<P extends Position> {
  /** A connection as one more process has it, to the same log. The suite opens several, `close` closes them all. */
  connect(): Promise<DistributedEngine<TestEvent, P>>;
  /** Removes the oldest events of a partition, up to and with this position: what retention does. */
  trim(partition: number, upTo: P): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds that a test may take on a machine under load. */
const TIMEOUT = 240_000;

/**
 * What every engine must do. The engine should have short leases, a few seconds.
 *
 * @param open makes an engine of so many partitions
 */
export function describeEngine<P extends Position>(
  name: string,
  open: (options: { readonly partitions: number }) => Promise<TestEngine<P>>,
): void {
  describe(`${name} as an engine`, { timeout: TIMEOUT }, () => {
    let test: TestEngine<P>;
    let engine: DistributedEngine<TestEvent, P>;
    beforeEach(async () => {
      test = await open({ partitions: 2 });
      engine = await test.connect();
    });
    afterEach(() => test.close());

    it('has no verdicts and no states at first', async () => {
      const { out, states, log } = engine;
      expect(log.partitions).toBe(2);
      expect((await out.last(1)).position).toBeUndefined();
      expect(await states.load(1, ['a', 'b'])).toEqual([undefined, undefined]);
      expect(await log.lag(0, undefined)).toBe(0);
    });
  });
}
