import type { Value } from '../../core/reading.ts';
import type { DistributedEngine, Position } from '../../distributed/contract.ts';
import type { FeedbackEvent } from '../../distributed/feedbackEvent.ts';

/** A message as a reading, or a person's feedback. */
export type WorkerEvent = MessageReading | FeedbackEvent;

export interface MessageReading {
  readonly key: string;
  readonly time: number;
  readonly timeText?: string;
  readonly value: Value;
}

/** An engine, and how to leave it. */
export interface OpenBroker {
  readonly engine: DistributedEngine<WorkerEvent, Position>;
  /** What the workers of this name have agreed on by now; undefined where there has never been one. */
  fleet(): Promise<{ readonly partitions: number } | undefined>;
  close(): Promise<void>;
}

/** What the options say of the broker and its messages. */
export interface BrokerSettings {
  /** Of the command line, for messages. */
  readonly command: string;
  readonly url: string;
  /** What is read; undefined: what the workers of this name read. */
  readonly in: string | undefined;
  readonly out: string;
  readonly partitions: number | undefined;
  readonly value: readonly string[] | undefined;
  readonly time: string | undefined;
  /** Milliseconds; undefined: as the engine has it. */
  readonly keepVerdicts: number | undefined;
  readonly log: (line: string) => void;
}
