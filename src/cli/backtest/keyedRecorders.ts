import {
  type LabelWindow,
  type RecordedStream,
  recordWindows,
  StreamRecorder,
  windowsOfFlags,
} from '../../backtest/index.ts';
import type { Value, Verdict } from '../../core/reading.ts';
import type { ThresholdOptions } from '../../models/decision/thresholdOptions.ts';
import type { CsvRow, CsvTable } from '../../sources/index.ts';

/** Collects one detector's results on a table: a stream, or one for each key in the order in which they appear. */
export class KeyedRecorders {
  readonly #name: string;
  readonly #columns: CsvTable['columns'];
  readonly #policy: ThresholdOptions;
  readonly #streams: Map<string | undefined, { recorder: StreamRecorder; labels: boolean[] }> = new Map();
  #records = 0;

  /** @param policy of the verdicts */
  constructor({ name }: { readonly name: string }, { columns }: CsvTable, policy: ThresholdOptions) {
    this.#name = name;
    this.#columns = columns;
    this.#policy = policy;
  }

  /** Records so far. */
  get records(): number {
    return this.#records;
  }

  /** The series so far. */
  get keys(): Iterable<string | undefined> {
    return this.#streams.keys();
  }

  add(verdict: Verdict<CsvRow, Value>, { key, label }: CsvRow): void {
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      const name = key === undefined ? this.#name : `${this.#name} ${key}`;
      stream = { recorder: new StreamRecorder(name, this.#columns.value, this.#policy), labels: [] };
      this.#streams.set(key, stream);
    }
    stream.recorder.add(verdict);
    stream.labels.push(label === true);
    this.#records++;
  }

  /** @param windowsOf labelled windows by time of a series; without them the label column counts */
  finish(windowsOf: (key: string | undefined) => readonly LabelWindow[] | undefined): RecordedStream[] {
    return [...this.#streams].map(([key, { recorder, labels }]) => {
      const windows = windowsOf(key);
      const stream = recorder.finish(this.#columns.label === undefined ? undefined : windowsOfFlags(labels));
      return windows === undefined
        ? stream
        : { ...stream, labels: recordWindows(stream.times ?? [], windows) };
    });
  }
}
