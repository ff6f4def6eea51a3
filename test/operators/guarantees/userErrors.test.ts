import { map, type Observable, type OperatorFunction } from 'rxjs';
import { TailScorer } from '../../../src/models/scorers/tailScorer.ts';
import { aggregate } from '../../../src/operators/aggregate.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { fillGaps } from '../../../src/operators/fillGaps.ts';
import { forecastAhead } from '../../../src/operators/forecastAhead.ts';
import { forecastWith } from '../../../src/operators/forecastWith.ts';
import { lstmForecast } from '../../../src/operators/lstmForecast.ts';
import { rate } from '../../../src/operators/rate.ts';
import { reorder } from '../../../src/operators/reorder.ts';
import { scoreResiduals } from '../../../src/operators/scoreResiduals.ts';
import { callbackContract } from '../../contracts/operatorContract.ts';
import { ForecasterProbe } from '../../support/probedForecaster.ts';
import { forecastOf } from '../../support/records.ts';
import { SMALL } from '../../support/series.ts';

interface Event {
  readonly time: number;
  readonly key: string;
  readonly value: number;
}

const BAD = new Error("the user's own");
const fail = (): never => {
  throw BAD;
};
const { warmUp: _warmUp, ...lstm } = SMALL;
const { factory } = new ForecasterProbe();

// Two keys, a gap, an event that is late and one that is missing: every callback has its moment.
const EVENTS: readonly Event[] = [
  { time: 0, key: 'a', value: 1 },
  { time: 50, key: 'a', value: 2 },
  { time: 60, key: 'b', value: Number.NaN },
  { time: 1, key: 'a', value: 3 },
];

const scored = (source: Observable<Event>) =>
  source.pipe(
    map((event) => forecastOf(event, event.value)),
    scoreResiduals({ scorer: fail }),
  );
const throwingScorer = (source: Observable<Event>) =>
  source.pipe(
    map((event) => forecastOf(event, event.value)),
    scoreResiduals({
      scorer: (dimensions) =>
        new (class extends TailScorer {
          override learn = fail;
        })({ dimensions }),
    }),
  );

const CALLBACKS: readonly (readonly [string, OperatorFunction<Event, unknown>])[] = [
  ['lstmForecast value', lstmForecast({ ...lstm, value: fail })],
  ['lstmForecast time', lstmForecast({ ...lstm, time: fail })],
  ['lstmForecast onProblem', lstmForecast({ ...lstm, onProblem: fail })],
  ['forecastWith forecaster', forecastWith(fail)],
  ['forecastWith value', forecastWith(factory, { value: fail })],
  ['forecastWith time', forecastWith(factory, { time: fail })],
  ['forecastWith onProblem', forecastWith(factory, { onProblem: fail })],
  ['forecastAhead forecaster', forecastAhead({ forecaster: fail })],
  ['forecastAhead value', forecastAhead({ forecaster: factory, value: fail })],
  ['forecastAhead key', forecastAhead({ forecaster: factory, key: fail })],
  ['forecastAhead onProblem', forecastAhead({ forecaster: factory, onProblem: fail })],
  ['scoreResiduals scorer', scored],
  ["scoreResiduals scorer's learn", throwingScorer],
  ['detectAnomalies value', detectAnomalies({ ...SMALL, value: fail })],
  ['detectAnomalies time', detectAnomalies({ ...SMALL, time: fail })],
  ['detectAnomalies key', detectAnomalies({ ...SMALL, key: fail })],
  ['detectAnomalies forecaster', detectAnomalies({ forecaster: fail })],
  ['detectAnomalies scorer', detectAnomalies({ ...SMALL, scorer: fail })],
  ['detectAnomalies onProblem', detectAnomalies({ ...SMALL, onProblem: fail })],
  ['detectAnomalies onReturn', detectAnomalies({ ...SMALL, onReturn: fail })],
  ['detectAnomalies onEvict (capacity)', detectAnomalies({ ...SMALL, maxKeys: 1, onEvict: fail })],
  ['detectAnomalies onEvict (idle)', detectAnomalies({ ...SMALL, idleTimeout: 1, onEvict: fail })],
  ['rate value', rate({ value: fail })],
  ['rate time', rate({ time: fail })],
  ['rate key', rate({ key: fail })],
  ['aggregate value', aggregate({ every: 10, by: 'mean', value: fail })],
  ['aggregate time', aggregate({ every: 10, by: 'count', time: fail })],
  ['aggregate key', aggregate({ every: 10, by: 'count', key: fail })],
  ['fillGaps value', fillGaps({ cadence: 10, value: fail })],
  ['fillGaps time', fillGaps({ cadence: 10, time: fail })],
  ['fillGaps key', fillGaps({ cadence: 10, key: fail })],
  ['fillGaps onGap', fillGaps({ cadence: 10, onGap: fail })],
  ['reorder time', reorder({ allowedLateness: 0, time: fail, onLate: () => {} })],
  ['reorder onLate', reorder({ allowedLateness: 0, onLate: fail })],
];

for (const [name, operator] of CALLBACKS) callbackContract(name, operator, EVENTS, BAD);
