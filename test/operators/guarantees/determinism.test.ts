import { describe, expect, it } from 'vitest';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { lstmForecast } from '../../../src/operators/lstmForecast.ts';
import { runOperator } from '../../support/runOperator.ts';
import { noisySine, SMALL } from '../../support/series.ts';

const SERIES = noisySine({ length: 300 }).with(200, 20);
const { warmUp: _warmUp, ...lstm } = SMALL;

describe.each([
  ['lstmForecast', (seed: number) => JSON.stringify(runOperator(SERIES, lstmForecast({ ...lstm, seed })))],
  [
    'detectAnomalies',
    (seed: number) => JSON.stringify(runOperator(SERIES, detectAnomalies({ ...SMALL, seed }))),
  ],
])('%s', (_name, run) => {
  it('gives the same bytes for the same seed', () => {
    expect(run(7)).toBe(run(7));
  });

  it('gives other bytes for another seed', () => {
    expect(run(7)).not.toBe(run(8));
  });

  it('does not leave the seed to chance when none is named', () => {
    const defaulted = runOperator(SERIES, lstmForecast(lstm));
    expect(JSON.stringify(runOperator(SERIES, lstmForecast(lstm)))).toBe(JSON.stringify(defaulted));
  });
});
