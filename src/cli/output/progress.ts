import { Presets, SingleBar } from 'cli-progress';
import { grouped } from '../text/formatText.ts';

/** A bar on standard error with rate and time left; nothing when that is not a terminal or `quiet`. */
export interface Progress {
  /**
   * @param share of the work that is done, 0 … 1; undefined where it is not known
   * @param count records so far
   */
  update(share: number | undefined, count: number, what?: string): void;
  /** Removes the bar, for good or until the next update: to be called before anything else is printed. */
  clear(): void;
}

const SILENT: Progress = { update: () => {}, clear: () => {} };
const PATIENCE = 500; // ms: what is over sooner needs no bar

export function createProgress(quiet: boolean): Progress {
  if (quiet || !process.stderr.isTTY) return SILENT;
  const started = performance.now();
  let bar: SingleBar | undefined;
  const clear = (): void => {
    bar?.stop();
    bar = undefined;
  };
  process.once('exit', clear); // a second Ctrl-C must not leave the terminal without its cursor
  return {
    update(share, count, what = '') {
      const seconds = (performance.now() - started) / 1000;
      if (seconds * 1000 < PATIENCE) return;
      const payload = {
        count: grouped(count),
        rate: grouped(Math.round(count / seconds)),
        left: share === undefined || share <= 0 ? '' : `${Math.ceil((seconds * (1 - share)) / share)} s left`,
        what,
      };
      if (bar === undefined) {
        bar = createBar(share === undefined ? '' : '{bar} {percentage}%  ');
        bar.start(1000, 0, payload);
      }
      bar.update(Math.floor(1000 * (share ?? 0)), payload);
    },
    clear,
  };
}

function createBar(how: string): SingleBar {
  return new SingleBar(
    {
      format: `${how}{count} records  {rate}/s  {left}  {what}`,
      barsize: 20,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      fps: 10,
    },
    Presets.shades_classic,
  );
}
