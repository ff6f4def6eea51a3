import { concatMap, map, startWith } from 'rxjs';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { pretrainedForecaster } from '../../src/models/pretrained/pretrainedForecaster.ts';
import { aggregate } from '../../src/operators/aggregate.ts';
import { changePoints } from '../../src/operators/changePoints.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { detectFleet } from '../../src/operators/detectFleet.ts';
import { detectRare } from '../../src/operators/detectRare.ts';
import { fillGaps } from '../../src/operators/fillGaps.ts';
import { flagAnomalies } from '../../src/operators/flagAnomalies.ts';
import { forecastWith } from '../../src/operators/forecastWith.ts';
import { incidentGroups } from '../../src/operators/incidentGroups.ts';
import { incidents } from '../../src/operators/incidents.ts';
import { lstmForecast } from '../../src/operators/lstmForecast.ts';
import { rate } from '../../src/operators/rate.ts';
import { reorder } from '../../src/operators/reorder.ts';
import { scoreResiduals } from '../../src/operators/scoreResiduals.ts';
import type { OperatorCase } from '../contracts/operatorContract.ts';
import { changingStream } from './changingStream.ts';
import { forecastOf, verdictOf } from './records.ts';
import { SMALL } from './series.ts';

const { warmUp: _warmUp, ...lstm } = SMALL;
await pretrainedForecaster(); // loads what a fleet forecasts by

export const OPERATOR_CASES: readonly OperatorCase[] = [
  { name: 'lstmForecast', operator: () => lstmForecast(lstm) },
  {
    name: 'forecastWith',
    operator: () => forecastWith((dimensions) => new LastValueForecaster({ dimensions })),
  },
  {
    name: 'scoreResiduals',
    operator: () => (source) =>
      source.pipe(
        map((event) => forecastOf(event, event)),
        scoreResiduals(),
      ),
  },
  {
    name: 'flagAnomalies',
    operator: () => (source) =>
      source.pipe(
        map((event) => ({ ...forecastOf(event, event), score: event / 4, attribution: 1 })),
        flagAnomalies({ warmUp: 0 }),
      ),
  },
  { name: 'detectAnomalies', operator: () => detectAnomalies(SMALL) },
  {
    name: 'detectAnomalies with a policy',
    operator: () =>
      detectAnomalies({
        ...SMALL,
        sensitivity: 'high',
        confirm: { events: 2, of: 3 },
        recurring: 'anomalous',
        budget: true,
        habituation: 50,
        suppress: [{ below: 1 }],
      }),
  },
  {
    name: 'detectAnomalies that looks for absences',
    operator: () => detectAnomalies({ ...SMALL, absentAfter: 1e6 }),
  },
  { name: 'detectRare', operator: () => detectRare<number>() },
  { name: 'detectFleet', operator: () => detectFleet({ warmUp: SMALL.warmUp }) },
  {
    name: 'incidents',
    operator: () => (source) =>
      source.pipe(
        map((event) => verdictOf(event, true)),
        incidents(),
      ),
    atEnd: true,
  },
  {
    name: 'incidentGroups',
    operator: () => (source) =>
      source.pipe(
        map((event) => verdictOf(event, true)),
        incidentGroups(),
      ),
    atEnd: true,
  },
  // Each event brings a stream of its own, with one change.
  {
    name: 'changePoints',
    operator: () => (source) =>
      source.pipe(
        concatMap((event) => changingStream(String(event))),
        changePoints(),
      ),
  },
  { name: 'fillGaps', operator: () => fillGaps({ cadence: 1, time: (event: number) => event }) },
  // Those that say something of an event only when the next one comes have one before the first.
  {
    name: 'rate, after a first event',
    operator: () => (source) =>
      source.pipe(startWith(0), rate({ value: (event: number) => event, time: (event) => event })),
  },
  {
    name: 'aggregate, after a first event',
    operator: () => (source) =>
      source.pipe(
        startWith(0),
        aggregate({ every: 1, by: 'mean', value: (event: number) => event, time: (event) => event }),
      ),
  },
  {
    name: 'reorder',
    operator: () => reorder({ allowedLateness: 0, time: (event: number) => event, onLate: () => {} }),
  },
];
