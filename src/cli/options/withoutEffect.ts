import type { Command } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { isGiven, nameOfGiven } from './given.ts';
import type { ModelOptions } from './options.ts';

/** Why options have no effect, whether they have one, and their names as the command has them. */
export type WithoutEffect = readonly [why: string, hasEffect: boolean, options: readonly string[]];

/**
 * Refuses options that would have no effect in this run. The environment does not count: it may be meant for another.
 *
 * @throws RxAnomalyError BAD_OPTION that names the option
 */
export function refuseWithoutEffect(command: Command, rules: readonly WithoutEffect[]): void {
  for (const [why, hasEffect, options] of rules) {
    const name = hasEffect ? undefined : options.find((each) => isGiven(command, each));
    const option = command.options.find((each) => each.attributeName() === name);
    if (option !== undefined)
      throw new RxAnomalyError('BAD_OPTION', `${nameOfGiven(command, option)} has no effect ${why}`);
  }
}

/** For {@link refuseWithoutEffect}: what a fleet has models of its own for, or cannot do. */
export function ruleOfFleets({
  fleet = false,
  holidaysAs,
}: {
  readonly fleet?: boolean;
  readonly holidaysAs?: string;
}): WithoutEffect {
  return [
    'with --fleet, which has its own models and neither --ahead nor covariates; leave out one of the two',
    !fleet,
    [
      ...['forecaster', 'adapt', 'scorer', 'seed', 'ahead', 'covariate'],
      ...(holidaysAs === 'covariate' ? ['holidaysAs'] : []),
    ],
  ];
}

/** Refuses `--adapt` without the network that can: a rule of {@link refuseWithoutEffect}. */
export function adaptRule({ forecaster }: Pick<ModelOptions, 'forecaster'>): WithoutEffect {
  return ['without --forecaster pretrained', forecaster === 'pretrained', ['adapt']];
}

/** Refuses `--seed` where no forecaster of the run begins with random weights: a rule of {@link refuseWithoutEffect}. */
export function seedRule({ forecaster }: Pick<ModelOptions, 'forecaster'>): WithoutEffect {
  return [
    `with --forecaster ${forecaster}, which begins with no random weights`,
    forecaster === 'lstm',
    ['seed'],
  ];
}
