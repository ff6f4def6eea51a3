import { setImmediate } from 'node:timers/promises';
import { asyncScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { CheckpointSaver } from '../../../src/operators/durable/checkpointSaver.ts';

/** Something whose state is a number, and saves of it that end on command. */
function slowly() {
  const detector = { state: 0, capture: () => save(detector.state) };
  const saved: number[] = [];
  const ends: { readonly done: () => void; readonly fail: (error: Error) => void }[] = [];
  const save = (state: number) => () =>
    new Promise<void>((resolve, reject) => {
      ends.push({
        done: () => {
          saved.push(state);
          resolve();
        },
        fail: reject,
      });
    });
  const reported: unknown[] = [];
  const saver = new CheckpointSaver(detector, 1e9, asyncScheduler, (error) => reported.push(error));
  return { detector, saved, ends, reported, saver };
}

describe('asked to save', () => {
  it('waits for what is under way and saves what has changed since, once for all who ask', async () => {
    const { detector, saved, ends, saver } = slowly();
    const change = (state: number): Promise<void> => {
      detector.state = state;
      saver.changed();
      return saver.save();
    };
    const first = change(1);
    await setImmediate();
    const [second, third] = [change(2), change(3)];
    ends[0]!.done();
    await first;
    await setImmediate();
    expect(ends).toHaveLength(2);
    ends[1]!.done();
    await Promise.all([second, third]);
    expect(saved).toEqual([1, 3]);
    await saver.save();
    expect(ends).toHaveLength(2); // nothing new
  });

  it('says that it could not, and has it the next time', async () => {
    const { detector, saved, ends, reported, saver } = slowly();
    const failure = new Error('disk full');
    detector.state = 1;
    saver.changed();
    const asked = saver.save();
    await setImmediate();
    ends[0]!.fail(failure);
    await expect(asked).rejects.toBe(failure);
    expect(reported).toEqual([failure]);
    const again = saver.save();
    await setImmediate();
    ends[1]!.done();
    await again;
    expect(saved).toEqual([1]);
  });

  it('saves what was before an event that was refused as it was read', async () => {
    const { detector, saved, ends, saver } = slowly();
    detector.state = 1;
    saver.changed();
    const refuse = (): never => {
      throw new RxAnomalyError('BAD_DATA', 'event 1: expected a number, got none');
    };
    expect(() => saver.process(refuse)).toThrow('event 1');
    const asked = saver.save();
    await setImmediate();
    ends[0]!.done();
    await asked;
    expect(saved).toEqual([1]);
  });

  it('saves nothing more where an event was broken off', async () => {
    const { ends, saver } = slowly();
    const broken = (): never => {
      throw new Error('half way');
    };
    expect(() => saver.process(broken)).toThrow('half way');
    saver.changed();
    await saver.save();
    expect(ends).toEqual([]);
  });
});
