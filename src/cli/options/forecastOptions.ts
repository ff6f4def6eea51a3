import { InvalidArgumentError, Option } from 'commander';
import { type AheadPlan, aheadTable } from '../../models/ahead/aheadOptions.ts';
import { MOST_COVARIATES } from '../../models/covariates/covariateReader.ts';
import { NAMES, takes } from './optionForm.ts';
import { names, naturalNumber } from './parsers.ts';

/** Forecasts that are compared with what came, at a time: so many are made for each that ends. */
export const OPEN_FORECASTS = 16;

export const aheadOption = (): Option =>
  new Option(
    '--ahead <events>',
    'forecast so many of the next events, too: in the verdicts as JSON, in dashboard and report (1 to 1024; default: none)',
  ).argParser(
    takes({ schema: { type: 'integer', minimum: 1, maximum: 1024 } }, (text: string): AheadPlan => {
      const steps = naturalNumber(text);
      const expected = aheadTable.steps.kind.expected(steps);
      if (expected !== undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
      return { steps, every: Math.ceil(steps / OPEN_FORECASTS) };
    }),
  );

export const covariateOption = (): Option =>
  new Option(
    '--covariate <column>',
    'column of numbers that are known with or before the values (plans, the weather, flags 0 and 1): the forecast uses ' +
      'them, and they are not detected themselves; again for more (default: none)',
  ).argParser(
    takes(NAMES, (text: string, columns: readonly string[] = []): readonly string[] => {
      const all = [...columns, ...names(text)];
      if (all.length <= MOST_COVARIATES) return all;
      throw new InvalidArgumentError(`Expected at most ${MOST_COVARIATES} columns, got ${all.length}.`);
    }),
  );
