import { Presets, SingleBar } from 'cli-progress';

/** A bar on standard error with rate and time left; nothing when that is not a terminal or `quiet`. */
export interface Progress {
  /**
   * @param share of the work that is done, 0 … 1; undefined while unknown
   * @param count records so far
   */
  update(share: number | undefined, count: number, what?: string): void;
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };
const PATIENCE = 500; // ms: what is over sooner needs no bar

export function createProgress(quiet: boolean): Progress {
  if (quiet || !process.stderr.isTTY) return SILENT;
  const started = performance.now();
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}%  {count} records  {rate}/s  {left}  {what}',
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      fps: 10,
    },
    Presets.shades_classic,
  );
  let shown = false;
  return {
    update(share, count, what = '') {
      const seconds = (performance.now() - started) / 1000;
      if (seconds * 1000 < PATIENCE) return;
      const payload = {
        count: count.toLocaleString('en'),
        rate: Math.round(count / seconds).toLocaleString('en'),
        left: share === undefined || share <= 0 ? '' : `${Math.ceil((seconds * (1 - share)) / share)} s left`,
        what,
      };
      if (!shown) bar.start(1000, 0, payload);
      shown = true;
      bar.update(Math.floor(1000 * (share ?? 0)), payload);
    },
    stop() {
      if (shown) bar.stop();
    },
  };
}
