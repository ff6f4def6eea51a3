import { describe, expect, it } from 'vitest';
import { localTime } from '../../src/core/calendar.ts';
import { Random } from '../../src/core/random.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../src/models/streamDetectorOptions.ts';

interface Sample {
  readonly time: number;
  readonly value: number;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** The times of flagged events, after `from`. */
function flagged(
  samples: Iterable<Sample>,
  options: StreamDetectorOptions<Sample, number>,
  from: number,
): number[] {
  const detector = new StreamDetector<Sample>(options);
  const times: number[] = [];
  for (const sample of samples)
    if (detector.process(sample)?.isAnomaly && sample.time >= from) times.push(sample.time);
  detector.dispose();
  return times;
}

/** A job for an hour from 03:00 on the clocks of a zone, every day from 45 days before `change` to 4 days after. */
function* job(zone: string, change: number): Generator<Sample, void, undefined> {
  const random = new Random(1);
  const local = localTime(zone);
  for (let time = change - 45 * DAY; time < change + 4 * DAY; time += 10 * MINUTE) {
    const hour = (local(time) % DAY) / (60 * MINUTE);
    yield { time, value: 20 + (hour >= 3 && hour < 4 ? 30 : 0) + random.normal() };
  }
}

describe('timeZone', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29'],
    ['Europe/Berlin', '2026-10-25'],
    ['Australia/Adelaide', '2026-04-05'], // +09:30, and summer time ends in April
    ['Australia/Adelaide', '2026-10-04'],
    ['Australia/Lord_Howe', '2026-04-05'], // by half an hour
  ])('%s: a job at 03:00 is where it was when the clocks change on %s', (timeZone, date) => {
    const change = Date.parse(date);
    expect(flagged(job(timeZone, change), { timeZone }, change)).toEqual([]);
    expect(flagged(job(timeZone, change), {}, change)).not.toEqual([]);
  });

  it('is that of weekly hours of suppression that name none', () => {
    const weekly = { days: ['thu'], from: '08:00', to: '09:00' } as const;
    const detector = (timeZone: string, own = {}): StreamDetector<Sample> =>
      new StreamDetector<Sample>({
        ...{ timeZone },
        suppress: [{ name: 'start of work', weekly: { ...weekly, ...own } }],
      });
    const ruleAt = (streams: StreamDetector<Sample>, iso: string): string | undefined => {
      const random = new Random(2);
      const time = Date.parse(iso);
      for (let ago = 400; ago > 0; ago--)
        streams.process({ time: time - ago * MINUTE, value: random.normal() });
      const verdict = streams.process({ time, value: 40 });
      streams.dispose();
      expect(verdict?.isAnomaly || verdict?.suppressed !== undefined).toBe(true);
      return verdict?.suppressed;
    };
    expect(ruleAt(detector('Europe/Berlin'), '2026-07-16T06:30Z')).toBe('start of work');
    expect(ruleAt(detector('UTC'), '2026-07-16T06:30Z')).toBeUndefined();
    expect(ruleAt(detector('Europe/Berlin', { timeZone: 'UTC' }), '2026-07-16T08:30Z')).toBe('start of work');
  });

  it('is part of what a snapshot is of, and the dates of holidays are not', () => {
    const berlin = new StreamDetector<Sample>({ timeZone: 'Europe/Berlin', holidays: ['2026-12-25'] });
    berlin.process({ time: 0, value: 1 });
    const snapshot = berlin.snapshot();
    const later = { timeZone: 'Europe/Berlin', holidays: ['2026-12-25', '2027-12-25'] };
    expect(() => new StreamDetector<Sample>(later).restore(snapshot)).not.toThrow();
    for (const other of [{}, { timeZone: 'Europe/Paris' }, { ...later, holidaysAs: 'sat' as const }])
      expect(() => new StreamDetector<Sample>(other).restore(snapshot)).toThrow(
        expect.objectContaining({ code: 'BAD_SNAPSHOT' }),
      );
  });
});

describe('holidays', () => {
  const START = Date.parse('2026-03-02T00:00Z'); // a Monday
  const HOLIDAY = Date.parse('2026-05-06T00:00Z'); // a Wednesday

  /** Load by day, little at weekends and on a holiday. */
  function* load(step: number, seed: number, isWorked = false): Generator<Sample, void, undefined> {
    const random = new Random(seed);
    for (let time = START; time < START + 80 * DAY; time += step) {
      const day = Math.floor((time - START) / DAY) % 7;
      const hour = (time % DAY) / (60 * MINUTE);
      const isOff = day >= 5 || (!isWorked && time >= HOLIDAY && time < HOLIDAY + DAY);
      const hump = isOff ? 5 * Math.exp(-((hour - 14) ** 2) / 18) : 60 * Math.exp(-(((hour - 13) / 4) ** 4));
      yield { time, value: 20 + hump + 2 * random.normal() };
    }
  }

  it.each([
    [15, 1],
    [15, 2],
    [60, 3],
  ])(
    'every %i minutes, seed %i: like a Sunday it is no anomaly, and spoils no other day',
    (minutes, seed) => {
      const samples = (): Generator<Sample, void, undefined> => load(minutes * MINUTE, seed);
      expect(flagged(samples(), { holidays: ['2026-05-06'] }, HOLIDAY)).toEqual([]);
      const unknown = flagged(samples(), {}, HOLIDAY);
      expect(unknown.some((time) => time < HOLIDAY + DAY)).toBe(true);
    },
  );

  it('that are worked through like any other day are an anomaly', () => {
    const times = flagged(load(15 * MINUTE, 4, true), { holidays: ['2026-05-06'] }, HOLIDAY);
    expect(times.some((time) => time < HOLIDAY + DAY)).toBe(true);
  });
});
