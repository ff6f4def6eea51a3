import type { Forecaster } from '../../models/forecaster.ts';
import { EmaForecaster } from '../../models/forecasters/emaForecaster.ts';
import { LastValueForecaster } from '../../models/forecasters/lastValueForecaster.ts';
import { LstmForecaster } from '../../models/forecasters/lstmForecaster.ts';
import { SeasonalForecaster } from '../../models/forecasters/seasonalForecaster.ts';
import { HORIZONS } from '../../models/pretrained/contextInputs.ts';
import { PretrainedForecaster } from '../../models/pretrained/pretrainedForecaster.ts';
import type { PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { ablatedWeights } from './ablatedWeights.ts';

/** A forecaster of one dimension whose errors are measured. */
export interface Subject {
  readonly forecaster: Forecaster;
  /** (K) what it expects 1, 4 and 16 events after the newest. */
  readonly ahead: () => readonly number[];
}

/** By name, what makes one. */
export type Subjects = ReadonlyMap<string, () => Subject>;

/** The pre-trained network: whose weights learn, too; that learns a correction; and by itself. */
export const LEARNING = 'pre-trained, learning';
export const ADAPTING = 'pre-trained, adapting';
export const FROZEN = 'pre-trained, frozen';

/** What the others are measured by, and the frozen network without parts of it. */
export const LAST_VALUE = 'last value';
export const FORGETFUL = '… without memory';
export const LINEAR = '… without the layer';

/** What a table of forecast errors compares; the first is what the others are measured by. */
export function allSubjects(weights: PretrainedWeights, seed: number): Subjects {
  const subjects = new Map<string, () => Subject>([
    [LAST_VALUE, () => constant(new LastValueForecaster({ dimensions: 1 }))],
    ['EMA', () => constant(new EmaForecaster({ dimensions: 1 }))],
    ['seasonal', seasonal],
    ['LSTM from scratch', () => several(new LstmForecaster({ dimensions: 1, seed, horizons: HORIZONS }))],
    [LEARNING, () => pretrained(weights, 'all')],
    [ADAPTING, () => pretrained(weights, 'head')],
    [FROZEN, () => pretrained(weights, 'none')],
  ]);
  if (weights.cell === 'lstm') {
    const forgetful = ablatedWeights(weights, 'memory');
    subjects.set(FORGETFUL, () => pretrained(forgetful, 'none'));
  }
  const linear = ablatedWeights(weights, 'layer');
  return subjects.set(LINEAR, () => pretrained(linear, 'none'));
}

function pretrained(weights: PretrainedWeights, adapt: 'all' | 'head' | 'none'): Subject {
  return several(new PretrainedForecaster(weights, { dimensions: 1, adapt }));
}

/** Forecasts every horizon. */
function several(forecaster: LstmForecaster | PretrainedForecaster): Subject {
  return { forecaster, ahead: () => forecaster.predictAhead().map(({ expected }) => expected[0]) };
}

/** Expects the same at every horizon. */
function constant(forecaster: Forecaster): Subject {
  return {
    forecaster,
    ahead: () => {
      const expected = forecaster.predict().expected[0];
      return HORIZONS.map(() => expected);
    },
  };
}

function seasonal(): Subject {
  const forecaster = new SeasonalForecaster({ dimensions: 1 });
  return { forecaster, ahead: () => HORIZONS.map((steps) => forecaster.expectAhead(steps)[0]) };
}
