import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/core/reading.ts';
import { type DetectAnomaliesOptions, detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { lstmForecast } from '../../../src/operators/lstmForecast.ts';
import { real } from '../../support/real.ts';
import { runOperator } from '../../support/runOperator.ts';
import { SMALL } from '../../support/series.ts';

const { warmUp: _warmUp, ...rest } = SMALL;
const lstm = { ...rest, stride: 2, horizons: [1, 3] };

const number = fc.oneof(
  { weight: 8, arbitrary: real(-10, 10) },
  fc.constantFrom(Number.NaN, 1e300, -1e300, 0),
);

/** A stream, and the same with another event at `t`. */
const twoStreams = fc
  .array(fc.tuple(number, number), { minLength: 2, maxLength: 120 })
  .chain((events) =>
    fc.record({
      events: fc.constant(events),
      t: fc.integer({ min: 0, max: events.length - 1 }),
      other: fc.tuple(number, number),
    }),
  )
  .map(({ events, t, other }) => ({ t, events, changed: events.with(t, other) }));

type Predicted = Pick<Forecast<unknown, readonly number[]>, 'expected' | 'lower' | 'upper'>;

function predicted({ expected, lower, upper }: Predicted): Predicted {
  return { expected, lower, upper };
}

describe('nothing is known of an event before it came', () => {
  it('lstmForecast: another event at t changes no forecast up to and including the one for t', () => {
    fc.assert(
      fc.property(twoStreams, ({ t, events, changed }) => {
        const [as, bs] = [events, changed].map((stream) => runOperator(stream, lstmForecast(lstm)));
        expect(bs.slice(0, t)).toEqual(as.slice(0, t));
        expect(bs.slice(0, t + 1).map(predicted)).toEqual(as.slice(0, t + 1).map(predicted));
      }),
    );
  });

  it('detectAnomalies: nor does it change a verdict before t', () => {
    fc.assert(
      fc.property(twoStreams, fc.constantFrom(0, 1), ({ t, events, changed }, learn) => {
        const operator = () =>
          detectAnomalies<[number, number]>({
            ...lstm,
            warmUp: 10,
            recurring: { learn, acceptAfter: false },
          });
        const [as, bs] = [events, changed].map((stream) => runOperator(stream, operator()));
        expect(bs.slice(0, t)).toEqual(as.slice(0, t));
        expect(bs.slice(0, t + 1).map(predicted)).toEqual(as.slice(0, t + 1).map(predicted));
      }),
    );
  });

  it('detectAnomalies: nor under any policy, with drift, rules, budget, habituation and gated learning', () => {
    const policies: readonly DetectAnomaliesOptions<[number, number], readonly number[]>[] = [
      { recurring: { acceptAfter: 5 } },
      { confirm: { events: 2, of: 3 }, sensitivity: 'high', suppress: [{ direction: 'up' }] },
      { suppress: [{ below: 2 }, { direction: 'down' }], sensitivity: 1 },
      { budget: true, habituation: 5, sensitivity: 'high' },
      { drift: true, recurring: 'anomalous', suppress: [{ belowShare: 0.5 }] },
    ];
    fc.assert(
      fc.property(twoStreams, fc.constantFrom(...policies), ({ t, events, changed }, policy) => {
        const operator = () => detectAnomalies<[number, number]>({ ...lstm, warmUp: 10, ...policy });
        const [as, bs] = [events, changed].map((stream) => runOperator(stream, operator()));
        expect(bs.slice(0, t)).toEqual(as.slice(0, t));
        expect(bs.slice(0, t + 1).map(predicted)).toEqual(as.slice(0, t + 1).map(predicted));
      }),
    );
  });

  it('yet the forecasts after it do depend on it', () => {
    const events = Array.from({ length: 60 }, (_, t) => Math.sin(t));
    const [as, bs] = [events, events.with(40, 3)].map((stream) => runOperator(stream, lstmForecast(lstm)));
    expect(bs[41].expected).not.toBe(as[41].expected);
    expect(bs[59].expected).not.toBe(as[59].expected);
  });

  it('a verdict is out before the next event is asked for', () => {
    const order: string[] = [];
    function* events(): Generator<number> {
      for (const event of [1, 2, 3]) {
        order.push(`event ${event}`);
        yield event;
      }
    }
    from(events())
      .pipe(detectAnomalies(SMALL))
      .subscribe(({ event }) => order.push(`verdict ${event}`));
    expect(order).toEqual(['event 1', 'verdict 1', 'event 2', 'verdict 2', 'event 3', 'verdict 3']);
  });
});
