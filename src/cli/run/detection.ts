import type { Observable } from 'rxjs';
import type { Incident, Value } from '../../core/reading.ts';
import type { DashboardOptions } from '../../dashboard/dashboardOptions.ts';
import type { ChangeTracker } from '../../models/changes/changeTracker.ts';
import type { Feedback } from '../../models/decision/feedback.ts';
import type { Detector } from '../../models/detector.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import type { Json, State } from '../../models/snapshot/state.ts';
import type { HistoryOptions } from '../options/options.ts';
import type { PastAlerts } from '../serve/pastAlerts.ts';
import type { Derivation } from './derivation.ts';
import type { Persistence } from './persistence.ts';
import type { RunCounts } from './runCounts.ts';

/** A source that is open: its verdicts, and the detectors that make them. */
export interface OpenDetection {
  /** Ends with the source. Subscribe once. */
  readonly verdicts$: Observable<DurableVerdict<unknown, Value>>;
  /** Lines for the user about how the source is read. */
  readonly notes: readonly string[];
  /** Whether its state is saved for a later run. */
  readonly isKept: boolean;
  /** Whether it continues from the state of an earlier run. */
  readonly resumed: boolean;
  /** What was saved with that state in addition to the models. */
  readonly restored: { readonly [name: string]: State };
  /** The incidents that have not ended. */
  readonly open: readonly Incident<unknown, Value>[];
  /** Whether a stream of that key is one of these. */
  owns(key: string | undefined): boolean;
  /** Names of the values of an event. */
  dimensions(): readonly string[];
  /** The detector of a key whose model is in memory. */
  detector(key: string | undefined): Detector | undefined;
  /** Share of the source that was read, 0 … 1; undefined where its size is not known. */
  share(): number | undefined;
  /** How what is shown was detected, where others have. @default as the command's options say */
  readonly settings?: Pick<DashboardOptions, 'threshold' | 'hold' | 'staleAfter'>;
  /** Alerts that are not sent, as they were before. @default none */
  readonly past?: PastAlerts;
  /** Applies a user's feedback; resolves when it is saved with the models, or where they find it. @throws what saving failed with */
  takeFeedback(feedback: Feedback): Promise<FeedbackReceipt>;
  /** Resolves when feedback of an earlier run is applied. @param place of its receipt @default what waits is lost at the end of a run */
  resumeFeedback?(place: unknown): Promise<void>;
  /** Applies feedback of an earlier run, unless the state that was loaded has it. */
  recallFeedback(feedback: Feedback): Promise<void>;
  /** Notes that what is saved in addition to the models has changed: the next state has it. */
  changed(): void;
  /** Saves the state with what has changed in addition to the models. @throws what saving failed with */
  save(): Promise<void>;
  /** Saves the state as it is, and releases everything. @throws what saving failed with */
  close(): Promise<void>;
}

/** What became of feedback. */
export interface FeedbackReceipt {
  /** Resolves when it is applied; left out where it is. */
  readonly applied?: Promise<void>;
  /** For `resumeFeedback`, where it is not. */
  readonly place?: Json;
}

/** What a command gives to the source that it opens. */
export interface DetectionContext {
  /** Its name, for messages. */
  readonly command: 'detect' | 'serve' | 'telegraf';
  readonly persistence: Persistence;
  readonly counts: RunCounts;
  /** Called with warnings, a line each, when they arise. */
  readonly log: (line: string) => void;
  /** Ends the opening of a source when it aborts. */
  readonly signal: AbortSignal;
  /** Ends the verdicts when it aborts; those so far are delivered and saved. @default never */
  readonly stop?: AbortSignal;
  /** What is learnt before the first event. @default nothing */
  readonly history?: HistoryOptions;
  /** What is made of the events of a source that is no table, before anything else. @default nothing */
  readonly derivation?: Derivation;
  /** Finds the change points of the verdicts, which then have them. @default none are looked for */
  readonly changes?: ChangeTracker;
  /** Asked before each event: what to wait for before it; undefined when nothing. */
  readonly pause: () => Promise<void> | undefined;
}
