import fc from 'fast-check';
import { expect } from 'vitest';
import { RxAnomalyError } from '../../src/core/errors.ts';
import type { Restorable, Snapshot } from '../../src/models/snapshot/snapshot.ts';

/** `restore` refuses this with a one-line BAD_SNAPSHOT, and the model stays as it was. */
export function expectRefused(model: Restorable, snapshot: Snapshot, reason: RegExp = /./): void {
  const before = JSON.stringify(model.snapshot());
  let refusal: unknown;
  try {
    model.restore(snapshot);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(RxAnomalyError);
  const { code, message } = refusal as RxAnomalyError;
  expect(code).toBe('BAD_SNAPSHOT');
  expect(message).toMatch(/^snapshot[^\n\r]+$/);
  expect(message).toMatch(reason);
  expect(JSON.stringify(model.snapshot())).toBe(before);
}

/** Any one character of the stored text replaced: either it is no JSON, or it reads the same, or it is refused. */
export function expectDamageRefused(model: Restorable, runs: number): void {
  const text = JSON.stringify(model.snapshot());
  const damage = fc.record({
    at: fc.nat({ max: text.length - 1 }),
    character: fc.oneof(
      fc.constantFrom(...'0123456789Aaz"{}[],:-.e'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(damage, ({ at, character }) => {
      const damaged = text.slice(0, at) + character + text.slice(at + 1);
      let parsed: Snapshot;
      try {
        parsed = JSON.parse(damaged) as Snapshot;
      } catch {
        return;
      }
      if (JSON.stringify(parsed) !== text) expectRefused(model, parsed);
    }),
    { numRuns: runs, seed: 1 },
  );
}
