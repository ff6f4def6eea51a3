import { setImmediate } from 'node:timers/promises';

const LONGEST = 50; // ms of uninterrupted work

/**
 * Call between pieces of synchronous work: lets the event loop turn now and then, so that signals, progress and a
 * closed pipe are noticed. Returns undefined when it is not yet time, so that most calls cost no await.
 */
export function createYield(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < LONGEST) return undefined;
    return setImmediate().then(() => {
      last = performance.now();
    });
  };
}
