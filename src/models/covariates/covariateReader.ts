import { RxAnomalyError } from '../../core/errors.ts';
import { show } from '../../core/options.ts';

/** The most covariates that events may have: the work grows with their square. */
export const MOST_COVARIATES = 32;

/** Reads the covariates of the events of one stream. The first event settles how many there are. */
export class CovariateReader {
  /** C; undefined before the first event. */
  count: number | undefined;
  /** (C) whether there was one of use; of a restored stream, all are taken to. */
  readonly had: boolean[] = [];

  /** Of a stream that was saved. */
  resume(saved: number): void {
    this.count = saved;
    for (let c = 0; c < saved; c++) this.had[c] = true;
  }

  /**
   * (C) the numbers; NaN where one is missing or unusable.
   *
   * @param where for errors: `detectAnomalies: event 7 of "pump"`
   * @param read one of them: NaN where it is no number of use, which is then reported
   * @throws RxAnomalyError BAD_DATA where they are no list, or not as many as before: whatever is done about bad values,
   *   numbers that have changed their places would be wrong in silence
   */
  read(raw: unknown, where: () => string, read: (part: unknown, c: number) => number): number[] {
    const refuse = (expected: string, got?: number): RxAnomalyError =>
      new RxAnomalyError(
        'BAD_DATA',
        `${where()}: expected ${expected}, got ${got === undefined ? '' : `${got}: `}${show(raw)}`,
      );
    if (!Array.isArray(raw) && !ArrayBuffer.isView(raw)) throw refuse('covariates to be a list of numbers');
    const parts = Array.from(raw as ArrayLike<unknown>);
    if (this.count === undefined) {
      if (parts.length === 0) throw refuse('one covariate or more');
      if (parts.length > MOST_COVARIATES) throw refuse(`at most ${MOST_COVARIATES} covariates`, parts.length);
      this.count = parts.length;
    }
    if (parts.length !== this.count)
      throw refuse(`${this.count} covariate${this.count === 1 ? '' : 's'} as before`, parts.length);
    return parts.map(read);
  }
}
