import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { decodeSnapshot } from '../../models/snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../../models/snapshot/encodeSnapshot.ts';
import { seal, unseal } from '../../models/snapshot/snapshot.ts';
import { asJson, fields, trusted } from '../../models/snapshot/state.ts';
import type { EngineState } from '../../numerics/engines/engine.ts';
import type { TrainingPlan } from './trainer.ts';

/** A training that was interrupted. */
export interface SavedTraining {
  readonly plan: TrainingPlan;
  readonly engine: string;
  /** Of the source that began it. */
  readonly commit: string;
  readonly state: EngineState;
  readonly losses: readonly number[];
}

const KIND = 'Pretraining';

/** @throws RxAnomalyError BAD_INPUT where it cannot be written */
export async function writeTraining(path: string, saved: SavedTraining): Promise<void> {
  const { plan, engine, commit, state, losses } = saved;
  const snapshot = seal(KIND, 1, asJson({ plan, engine, commit }), {
    ...state,
    losses: Float64Array.from(losses),
  });
  const temporary = `${path}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, encodeSnapshot(snapshot));
    await rename(temporary, path); // so that there is always a complete file
  } catch (cause) {
    throw new RxAnomalyError('BAD_INPUT', `${path}: cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/**
 * @returns undefined where there is no such file
 * @throws RxAnomalyError BAD_INPUT where it cannot be read, BAD_SNAPSHOT where it is damaged or something else
 */
export async function readTraining(path: string): Promise<SavedTraining | undefined> {
  if (!existsSync(path)) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new RxAnomalyError('BAD_INPUT', `${path}: cannot be read: ${messageOf(cause)}`, { cause });
  }
  const snapshot = decodeSnapshot(bytes);
  const { losses, ...state } = fields(unseal(snapshot, KIND, 1, snapshot.config));
  const config = snapshot.config as unknown as Pick<SavedTraining, 'plan' | 'engine' | 'commit'>;
  return { ...config, state: trusted(state as never), losses: [...trusted<Float64Array>(losses)] };
}
