import { asyncScheduler, defer, EMPTY, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { checkInflux } from '../../../src/sources/influx/checkInflux.ts';
import { followReadings } from '../../../src/sources/influx/followReadings.ts';
import type { InfluxReading } from '../../../src/sources/influx/influxReading.ts';
import { testScheduler } from '../../support/marbles.ts';

const reading: InfluxReading = {
  time: 0,
  timeNs: '0',
  key: undefined,
  value: 1,
  fields: { v: 1 },
  tags: {},
  measurement: 'm',
  position: { from: '0', seen: [] },
};

/** When the first `count` looks happen, of which these find something. */
function looks(count: number, finding: readonly number[], follow: object, random = () => 0.5): number[] {
  const times: number[] = [];
  testScheduler().run(({ flush }) => {
    const options = checkInflux('x', {
      url: 'http://localhost',
      database: 'd',
      measurement: 'm',
      fields: 'v',
      follow,
      random,
      scheduler: asyncScheduler,
    });
    const sweep = defer(() => {
      const at = times.push(asyncScheduler.now()) - 1;
      if (at === count - 1) return throwError(() => new Error('enough'));
      return finding.includes(at) ? of(reading) : EMPTY;
    });
    followReadings(options, options.follow!, sweep).subscribe({ error: () => {} });
    flush();
  });
  return times;
}

describe('looking for new points', () => {
  it('happens less and less often while nothing comes, and never rarer than asked for', () => {
    expect(looks(7, [], { every: 100, longest: 300 })).toEqual([100, 250, 475, 775, 1075, 1375, 1675]);
  });

  it('is back at its first pace as soon as something comes', () => {
    expect(looks(6, [2], { every: 100, longest: 300 })).toEqual([100, 250, 475, 575, 725, 950]);
  });

  it('happens at times that differ by a tenth from one watcher to the next', () => {
    expect(looks(2, [0], { every: 100 }, () => 0)).toEqual([90, 180]);
    expect(looks(2, [0], { every: 100 }, () => 1)).toEqual([expect.closeTo(110), expect.closeTo(220)]);
  });
});
