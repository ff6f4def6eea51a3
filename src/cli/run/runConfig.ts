import { RxAnomalyError } from '../../core/errors.ts';
import { thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import type { Snapshot } from '../../models/snapshot/snapshot.ts';
import { asJson, type Json, trusted } from '../../models/snapshot/state.ts';
import { DEFAULT_MODELS } from '../options/options.ts';
import type { DetectionOptions } from './rowOptions.ts';

/** What the verdicts depend on in addition to the events, by the name of the option; null for one that was not given. */
export type RunConfig = { readonly [option: string]: Json };

/** The part of it that the options of the detector make. */
export function detectorConfig(options: DetectionOptions): RunConfig {
  const { transform = 'none', recurring = 'normal', confirm, drift, suppress } = options;
  const { threshold, budget, habituation } = thresholdOptions.resolvePart('detect', options);
  const { timeZone, holidaysAs } = calendarOf(options);
  const { forecaster, scorer, seed } = { ...DEFAULT_MODELS, ...options };
  return {
    ...{ transform, forecaster, scorer, seed, threshold },
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
  return { timeZone, holidaysAs: holidays === undefined ? 'sun' : holidaysAs };
}

/** What a state was saved with; empty for one that is none of a run. */
export function savedConfig(state: Snapshot | undefined): RunConfig {
  return trusted<{ readonly given?: RunConfig } | null>(state?.config)?.given ?? {};
}

/**
 * @param path of the state, for the message
 * @throws RxAnomalyError BAD_SNAPSHOT that names the first option which differs
 */
export function requireSameConfig(path: string, state: Snapshot, now: RunConfig): void {
  const saved = savedConfig(state);
  for (const name of Object.keys(now)) {
    if (!(name in saved) || JSON.stringify(saved[name]) === JSON.stringify(now[name])) continue;
    throw new RxAnomalyError(
      'BAD_SNAPSHOT',
      `checkpoint ${path}: it was saved ${given(name, saved[name]!)}, and this run is ${given(name, now[name]!)}; ` +
        'use the same, or another folder to start afresh',
    );
  }
}

function given(name: string, value: Json): string {
  if (value === null) return `without --${name}`;
  const isObject = typeof value === 'object' && !Array.isArray(value);
  return `with --${name} ${isObject ? JSON.stringify(value) : [value].flat().join(',')}`;
}
