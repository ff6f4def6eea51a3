import type { Observable } from 'rxjs';
import type { Value, Verdict } from '../../core/reading.ts';
import type { ShownGates } from '../../dashboard/index.ts';
import type { Feedback } from '../../models/feedback.ts';

/** Something to be shown: verdicts, and the detectors behind them. */
export interface JudgedSource {
  readonly verdicts$: Observable<Verdict<unknown, Value>>;
  /** Whether a stream of that key would be one of these. */
  owns(key: string | undefined): boolean;
  dimensions(): readonly string[];
  gates(key: string | undefined): readonly ShownGates[] | undefined;
  takeFeedback(feedback: Feedback): void;
  close(): Promise<void>;
}
