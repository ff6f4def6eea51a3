import { RxAnomalyError } from '../../core/errors.ts';
import { thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import { asJson, type Json } from '../../models/snapshot.ts';
import type { CsvTable } from '../../sources/index.ts';
import { DEFAULT_MODELS } from '../options/options.ts';
import type { DetectionOptions } from './rowOptions.ts';

/** What the verdicts depend on beside the rows, by the name of the option; null for a column that there is none of. */
export interface RunConfig {
  readonly time: string | null;
  readonly value: readonly string[];
  readonly key: string | null;
  readonly transform: string;
  readonly forecaster: string;
  readonly scorer: string;
  readonly seed: number;
  readonly threshold: number;
  readonly recurring: Json;
  /** The rest of it, as the policy file has it. */
  readonly policy: Json;
}

export function runConfig({ columns }: CsvTable, options: DetectionOptions): RunConfig {
  const { transform = 'none', recurring = 'normal', confirm, drift, suppress } = options;
  const { threshold, budget, habituation } = thresholdOptions.resolvePart('detect', options);
  const { forecaster, scorer, seed } = { ...DEFAULT_MODELS, ...options };
  return {
    time: columns.time ?? null,
    value: columns.value,
    key: columns.key ?? null,
    transform,
    forecaster,
    scorer,
    seed,
    threshold,
    recurring: typeof recurring === 'string' ? recurring : asJson(recurring),
    policy: asJson({ confirm, budget, habituation, drift, suppress }),
  };
}

/**
 * @param path of the checkpoint, for the message
 * @throws RxAnomalyError BAD_SNAPSHOT that names the first difference
 */
export function requireSameConfig(path: string, saved: RunConfig, now: RunConfig): void {
  for (const name of Object.keys(now) as (keyof RunConfig)[]) {
    if (JSON.stringify(saved[name]) === JSON.stringify(now[name])) continue;
    throw new RxAnomalyError(
      'BAD_SNAPSHOT',
      `checkpoint ${path}: it was saved ${given(name, saved[name])}, and this run is ${given(name, now[name])}; ` +
        'use the same, or another folder to start afresh',
    );
  }
}

function given(name: string, value: Json): string {
  if (value === null) return `without --${name}`;
  const isObject = typeof value === 'object' && !Array.isArray(value);
  return `with --${name} ${isObject ? JSON.stringify(value) : [value].flat().join(',')}`;
}
