import { TestScheduler } from 'rxjs/testing';
import { expect } from 'vitest';

/** RxJS's TestScheduler that compares with Vitest. */
export function testScheduler(): TestScheduler {
  return new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
}
