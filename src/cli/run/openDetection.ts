import { asyncScheduler, type ObservableInput } from 'rxjs';
import type { Value } from '../../core/reading.ts';
import { DurableDetector } from '../../models/durable/durableDetector.ts';
import { fields, type Json, type State, trusted } from '../../models/snapshot.ts';
import type { StreamDetectorOptions } from '../../models/streamDetectorOptions.ts';
import { type Captured, CheckpointSaver } from '../../operators/checkpointSaver.ts';
import { durableVerdicts } from '../../operators/durableVerdicts.ts';
import { runId } from '../../operators/runId.ts';
import type { OpenDetection } from './detection.ts';
import { feedbackId } from './feedbackFile.ts';
import { gatesOf } from './gatesOf.ts';
import type { Persistence } from './persistence.ts';
import { createYield } from './yieldToEventLoop.ts';

/** Events to be judged, and how. */
export interface OpenDetectionOptions<E> extends Pick<OpenDetection, 'owns' | 'dimensions'> {
  /** Of its state. */
  readonly name: string;
  /** What a state must have been saved with to be gone on from. */
  readonly config: Json;
  readonly detect: StreamDetectorOptions<E, Value>;
  /** The events from a position on; from the beginning where there is none. */
  readonly source: (position: Json | undefined) => ObservableInput<E>;
  /** Told of each event that is judged; what it returns is asked for the position after it when a state is taken. */
  readonly place: (event: E) => () => Json;
  readonly onWaiting?: (change: number) => void;
  readonly close?: () => Promise<void>;
}

/** Where no state is kept nothing needs to be looked at. */
const NEVER = 2 ** 31 - 1; // ms: what a timer can hold
const NOTHING: Captured = { capture: () => async () => {} };

/**
 * Opens the detector of a source, from its state where there is one.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when the state is damaged, or of another configuration
 */
export async function openDetection<E>(
  options: OpenDetectionOptions<E>,
  persistence: Persistence,
): Promise<OpenDetection> {
  const { name, config, detect, source, place, onWaiting, owns, dimensions } = options;
  const { store, every = NEVER, onSaveFailed } = persistence;
  const isKept = persistence.every !== undefined;
  const feedbackIds = new Set<string>();
  const extraState = (): State => ({
    ...restored,
    ...persistence.extraState(owns),
    feedbackIds: [...feedbackIds],
  });
  const detector = await DurableDetector.open<E, Value>('serve', detect, {
    ...{ store, name, config, extraState, run: runId(asyncScheduler.now()) },
  });
  const restored = detector.extraState === undefined ? {} : fields(detector.extraState);
  for (const id of trusted<readonly string[]>(restored.feedbackIds ?? [])) feedbackIds.add(id);
  const saver = new CheckpointSaver(isKept ? detector : NOTHING, every, asyncScheduler, onSaveFailed);
  const applyFeedback: OpenDetection['takeFeedback'] = async (feedback) => {
    await detector.takeFeedback(feedback);
    feedbackIds.add(feedbackId(feedback));
    saver.changed();
  };
  return {
    verdicts$: durableVerdicts<E, Value, never>(detector, saver, {
      ...{ place, every, scheduler: asyncScheduler, pause: createYield() }, // pages want to be answered
      ...(onWaiting === undefined ? {} : { onWaiting }),
      source: () => source(detector.position),
    }),
    restored,
    isKept,
    resumed: detector.position !== undefined,
    get open() {
      return detector.open;
    },
    owns,
    dimensions,
    gates: (key) => gatesOf(detector.detector(key)),
    takeFeedback: async (feedback) => {
      await applyFeedback(feedback);
      await saver.save();
    },
    recallFeedback: async (feedback) => {
      if (!feedbackIds.has(feedbackId(feedback))) await applyFeedback(feedback);
    },
    close: async () => {
      const isSaved = await saver.save().then(
        () => true,
        () => false, // which was told
      );
      await detector.close();
      await options.close?.();
      return isSaved;
    },
  };
}
