import type { Observable } from 'rxjs';
import type { Incident, Value } from '../../core/reading.ts';
import type { ShownGates } from '../../dashboard/index.ts';
import type { Feedback } from '../../models/decision/feedback.ts';
import type { DurableVerdict } from '../../models/durable/durableDetector.ts';
import type { State } from '../../models/snapshot.ts';

/** Something to be shown: verdicts, and the detectors behind them. */
export interface OpenDetection {
  readonly verdicts$: Observable<DurableVerdict<unknown, Value>>;
  /** Whether its state is kept for a later run. */
  readonly isKept: boolean;
  /** Whether an earlier run's state is gone on from. */
  readonly resumed: boolean;
  /** What was saved beside that state. */
  readonly restored: { readonly [name: string]: State };
  /** The incidents that go on. */
  readonly open: readonly Incident<unknown, Value>[];
  /** Whether a stream of that key would be one of these. */
  owns(key: string | undefined): boolean;
  dimensions(): readonly string[];
  gates(key: string | undefined): readonly ShownGates[] | undefined;
  /** Takes in what a person says; resolves when it is saved with the models. @throws what the save failed with */
  takeFeedback(feedback: Feedback): Promise<void>;
  /** Takes in what was said in an earlier run, unless the state that is gone on from has it. */
  recallFeedback(feedback: Feedback): Promise<void>;
  /** Saves the state as it is, and lets all go. @returns whether that could be saved */
  close(): Promise<boolean>;
}
