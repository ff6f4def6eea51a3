import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { badOption, show } from '../../core/options.ts';
import { namedForecasters } from '../../models/forecasters/namedForecasters.ts';
import { loadPretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { namedScorers } from '../../models/scorers/namedScorers.ts';
import type { DetectorSettings } from '../quality/detectSeries.ts';
import { CONFIGURATIONS, type Configuration } from './configurations.ts';

/**
 * The configurations that come with the command and those of a file, by name; one from the file replaces a built-in
 * one of the same name.
 *
 * @param file JSON, or a module whose default export is such an object: name → options of the detector
 * @throws RxAnomalyError BAD_INPUT when the file is not of this form, BAD_OPTION for an unknown part
 */
export async function loadConfigurations(
  file: string | undefined,
): Promise<ReadonlyMap<string, Configuration>> {
  await loadPretrainedWeights(); // a configuration may name them
  const all = new Map<string, Configuration>();
  const add = (where: string, given: object): void => {
    for (const [name, each] of Object.entries(given)) all.set(name, configurationOf(`${where}${name}`, each));
  };
  add('', CONFIGURATIONS);
  if (file === undefined) return all;
  const given = /\.json$/i.test(file) ? await readJson(file) : await importDefault(file);
  if (!isObject(given))
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${file}: expected an object from name to options of the detector, got ${show(given)}`,
    );
  add(`${file}: `, given);
  return all;
}

function configurationOf(where: string, given: unknown): Configuration {
  if (typeof given === 'function') return (seed: number) => withParts(where, given(seed));
  return withParts(where, given);
}

function withParts(where: string, given: unknown): DetectorSettings {
  if (!isObject(given))
    throw new RxAnomalyError('BAD_INPUT', `${where}: expected options of the detector, got ${show(given)}`);
  const { forecaster, scorer, ...others } = given;
  return { ...others, ...forecasterOf(where, forecaster), ...scorerOf(where, scorer) };
}

function forecasterOf(where: string, given: unknown): object {
  if (given === undefined) return {};
  if (typeof given === 'function') return { forecaster: given };
  const { name, options } = namedPart(where, 'forecaster', namedForecasters, given);
  // The LSTM is the detector's own: its options are flat, and the seed is that of the run.
  return name === 'lstm' ? options : { forecaster: namedForecasters[name](0, options) };
}

function scorerOf(where: string, given: unknown): object {
  if (given === undefined) return {};
  if (typeof given === 'function') return { scorer: given };
  const { name, options } = namedPart(where, 'scorer', namedScorers, given);
  return { scorer: namedScorers[name](options) };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

async function importDefault(file: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
    return module.default;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): RxAnomalyError {
  return new RxAnomalyError('BAD_INPUT', `${file}: ${messageOf(cause)}`, { cause });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A part of a detector in a configuration. */
export interface NamedPart<N extends string> {
  readonly name: N;
  /** Options of the part's class except the dimensions; the part checks them itself. */
  readonly options: object;
}

/**
 * Reads a part from data: a name, or an object with the name and options of the part.
 *
 * @param where the configuration, for messages
 * @param known by name
 * @throws RxAnomalyError BAD_OPTION where it is neither of them
 */
export function namedPart<N extends string>(
  where: string,
  kind: string,
  known: Readonly<Record<N, unknown>>,
  given: unknown,
): NamedPart<N> {
  const fields = typeof given === 'object' && given !== null ? given : { name: given };
  const { name, ...options } = { name: undefined, ...fields } as { name: unknown };
  const isKnown = (text: unknown): text is N => typeof text === 'string' && Object.hasOwn(known, text);
  if (isKnown(name)) return { name, options };
  const names = Object.keys(known).map((each) => `'${each}'`);
  throw badOption(where, kind, `${names.join(', ')}, or an object with such a name`, name ?? given);
}
