import { RxAnomalyError } from '../../core/errors.ts';
import { thresholdOf, thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import type { Snapshot } from '../../models/snapshot/snapshot.ts';
import { asJson, badSnapshot, type Json } from '../../models/snapshot/state.ts';
import { unreadable } from '../../stores/fileCheckpointStore.ts';
import { DEFAULT_MODELS } from '../options/options.ts';
import type { DetectionOptions } from './rowOptions.ts';

/** What the verdicts depend on in addition to the events, by the name of the option; null for one that was not given. */
export type RunConfig = { readonly [option: string]: Json };

/** The part of it that the options of the detector make. */
export function detectorConfig(options: DetectionOptions): RunConfig {
  const { transform = 'none', recurring = 'normal', confirm, drift, suppress } = options;
  const { threshold, budget, habituation } = thresholdOptions.resolvePart('detect', options);
  const { timeZone, holidaysAs } = calendarOf(options);
  const { forecaster, scorer, seed, adapt = null } = { ...DEFAULT_MODELS, ...options };
  return {
    fleet: options.fleet === true ? true : null,
    ...{ transform, forecaster, scorer, seed, threshold },
    adapt: adapt === 'head' ? null : adapt, // the default
    ...{ 'time-zone': timeZone, 'holidays-as': holidaysAs },
    recurring: typeof recurring === 'string' ? recurring : asJson(recurring),
    policy: asJson({ confirm, budget, habituation, drift, suppress }), // the rest, as the policy file has it
  };
}

/** Without the dates of holidays, which are added from year to year. */
function calendarOf({ timeZone = 'UTC', holidays, holidaysAs = 'sun' }: DetectionOptions): {
  readonly timeZone: string;
  readonly holidaysAs: string;
} {
  const isDay = holidays !== undefined && (typeof holidays === 'function' || holidays.length > 0);
  return { timeZone, holidaysAs: isDay ? holidaysAs : 'sun' };
}

/** What a state was saved with; empty for one that is none of a run, which its detector refuses. */
export function savedConfig(state: Snapshot | undefined): RunConfig {
  const config = state?.config ?? null;
  const given = isObject(config) ? (config.given ?? null) : null;
  return isObject(given) ? given : {};
}

function isObject(json: Json): json is RunConfig {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** What `read` gives. @throws RxAnomalyError BAD_SNAPSHOT that names the state, where `read` refuses it */
export function readOf<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RxAnomalyError && error.code === 'BAD_SNAPSHOT' ? unreadable(path, error) : error;
  }
}

/**
 * @param path of the state, for the message
 * @throws RxAnomalyError BAD_SNAPSHOT that names the first option which differs
 */
export function requireSameConfig(path: string, state: Snapshot, now: RunConfig): void {
  const saved = savedConfig(state);
  for (const name of Object.keys(now)) {
    if (!(name in saved)) continue;
    const [theirs, ours] = [saved[name]!, now[name]!];
    const difference =
      name === 'policy' && isObject(theirs) && isObject(ours)
        ? firstDifference(theirs, ours, (setting) => setting)
        : firstDifference({ [name]: theirs }, { [name]: ours }, (option) => `--${option}`);
    if (difference === undefined) continue;
    throw badSnapshot(`checkpoint ${path}: ${difference}; use the same, or another folder to start afresh`);
  }
}

function firstDifference(
  saved: RunConfig,
  now: RunConfig,
  called: (name: string) => string,
): string | undefined {
  for (const name of new Set([...Object.keys(saved), ...Object.keys(now)])) {
    const [theirs, ours] = [saved[name] ?? null, now[name] ?? null];
    if (JSON.stringify(theirs) !== JSON.stringify(ours))
      return `it was saved ${given(called(name), theirs)}, and this run is ${given(called(name), ours)}`;
  }
  return undefined;
}

function given(name: string, value: Json): string {
  if (value === null) return `without ${name}`;
  if (value === true) return `with ${name}`;
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
  const level = name === '--threshold' ? LEVELS.find((each) => thresholdOf(each) === value) : undefined;
  const text = isList ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value);
  return `with ${name} ${text}${level === undefined ? '' : ` (--sensitivity ${level})`}`;
}

const LEVELS = ['low', 'medium', 'high'] as const;
