import type { Value } from '../../core/reading.ts';
import type { DurableDetector } from './durableDetector.ts';

/** What makes verdicts of events, and knows how far it has come in the stream: a {@link DurableDetector}, or another. */
export type DurableEvents<E, V extends Value> = Pick<
  DurableDetector<E, V>,
  'fetch' | 'process' | 'passed' | 'due' | 'look' | 'excuse'
>;
