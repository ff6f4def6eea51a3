import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { VERSION } from '../../cli/version.ts';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import type { LabelledSeries } from '../quality/detectSeries.ts';
import type { SeriesOutcome } from './trial.ts';

interface Saved {
  /** What the outcomes depend on in addition to the trial: the data, the split, the version. */
  readonly fingerprint: string;
  readonly outcomes: Readonly<Record<string, SeriesOutcome>>;
}

const PAUSE = 1000; // ms between saves: a run that is stopped repeats no more than that

/** Finished trials, kept in a file, so that a run that was stopped can resume. */
export class TuneState {
  readonly #path: string;
  readonly #fingerprint: string;
  readonly #outcomes: Map<string, SeriesOutcome>;
  #savedAt = 0;
  #saving: Promise<void> = Promise.resolve();

  private constructor(path: string, saved: Saved) {
    this.#path = path;
    this.#fingerprint = saved.fingerprint;
    this.#outcomes = new Map(Object.entries(saved.outcomes));
  }

  /** @throws RxAnomalyError BAD_INPUT for a file of another form or of other data, or that cannot be written */
  static async open(path: string, fingerprint: string): Promise<TuneState> {
    const state = new TuneState(path, { fingerprint, outcomes: await TuneState.#read(path, fingerprint) });
    await state.save(); // fails before the work if it cannot be written
    return state;
  }

  static async #read(path: string, fingerprint: string): Promise<Saved['outcomes']> {
    if (!existsSync(path)) return {};
    let saved: Partial<Saved> | null;
    try {
      saved = JSON.parse(await readFile(path, 'utf8')) as Partial<Saved> | null;
    } catch (cause) {
      throw new RxAnomalyError('BAD_INPUT', `${path}: ${messageOf(cause)}`, { cause });
    }
    const { outcomes } = saved ?? {};
    if (saved?.fingerprint !== fingerprint || outcomes === undefined)
      throw new RxAnomalyError(
        'BAD_INPUT',
        `${path}: belongs to other data, another split or another version; remove it, or name another file with --state`,
      );
    return outcomes;
  }

  /** Finished runs over one series. */
  get size(): number {
    return this.#outcomes.size;
  }

  get(key: string): SeriesOutcome | undefined {
    return this.#outcomes.get(key);
  }

  /** Adds an outcome, and saves at intervals. */
  add(key: string, outcome: SeriesOutcome): void {
    this.#outcomes.set(key, outcome);
    if (performance.now() - this.#savedAt < PAUSE) return;
    this.#savedAt = performance.now();
    this.#saving = this.#saving.then(() => this.#write());
    this.#saving.catch(() => {}); // reported by the next `save`
  }

  /** Saves what there is. */
  async save(): Promise<void> {
    await this.#saving;
    await this.#write();
  }

  async #write(): Promise<void> {
    const saved: Saved = { fingerprint: this.#fingerprint, outcomes: Object.fromEntries(this.#outcomes) };
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, JSON.stringify(saved));
      await rename(temporary, this.#path); // so that there is always a complete file
    } catch (cause) {
      throw new RxAnomalyError('BAD_INPUT', `${this.#path}: cannot be written: ${messageOf(cause)}`, {
        cause,
      });
    }
  }
}

/** What outcomes depend on in addition to the trial. */
export function fingerprintOf(series: readonly LabelledSeries[], share: number): string {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, share]));
  for (const { name, dimensions, values, times, windows, transform } of series) {
    hash.update(JSON.stringify([name, dimensions, windows, transform])).update(values);
    if (times !== undefined) hash.update(times);
  }
  return hash.digest('hex');
}
