import { setImmediate } from 'node:timers/promises';
import type { Progress } from '../../cli/output/progress.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import type { NetworkConfig } from '../../numerics/networkConfig.ts';
import { readTraining, writeTraining } from './stateFile.ts';
import { Trainer, type TrainingPlan } from './trainer.ts';

/** A plan whose number of batches may depend on the time that there is. */
export type Wanted = Omit<TrainingPlan, 'batches'> &
  ({ readonly batches: number } | { readonly minutes: number });

/** Where a run is done and how it reports. */
export interface PretrainContext {
  /** Name of the engine, and what creates it. */
  readonly engine: string;
  readonly create: (config: NetworkConfig) => Engine;
  /** Of the source, for the model card. */
  readonly commit: string;
  /** The file that an interrupted training resumes from. */
  readonly state: string;
  readonly progress: Progress;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A training that is done, and the source that began it. */
export interface Trained {
  readonly trainer: Trainer;
  readonly commit: string;
}

const MEASURED = 3; // batches that tell how long one takes
const SAVED_EVERY = 30_000; // ms
const LOGGED = 20; // lines in all, where there is no terminal

/**
 * Trains to the end, from the state file if there is one. When it is interrupted, the state is saved, and the same call
 * resumes: to the same weights, to the bit, as if it had not been interrupted.
 *
 * @throws the signal's reason; RxAnomalyError BAD_INPUT where the state is that of another training
 */
export async function runPretrain(wanted: Wanted, context: PretrainContext): Promise<Trained> {
  const { engine, create, state, progress, log, signal } = context;
  const saved = await readTraining(state);
  if (saved !== undefined) requireSame(wanted, saved.plan, engine, saved.engine, state);
  const plan = saved?.plan ?? (await planOf(wanted, create));
  const trainer = new Trainer(plan, create);
  if (saved !== undefined) {
    trainer.load(saved.state, saved.losses);
    log(`resuming: ${saved.losses.length} of ${plan.batches} batches are done`);
  }
  const commit = saved?.commit ?? context.commit;
  const save = (): Promise<void> =>
    writeTraining(state, { plan, engine, commit, state: trainer.save(), losses: trainer.losses });
  await save(); // fails before the work if it cannot be written
  let savedAt = performance.now();
  try {
    while (!trainer.isDone) {
      await setImmediate();
      signal.throwIfAborted();
      const loss = trainer.trainBatch();
      const { done } = trainer;
      progress.update(done / plan.batches, done * plan.series * plan.steps, `loss ${loss.toFixed(3)}`);
      if (!process.stderr.isTTY && done % Math.ceil(plan.batches / LOGGED) === 0)
        log(`${done} of ${plan.batches} batches, loss ${loss.toFixed(4)}`);
      if (performance.now() - savedAt < SAVED_EVERY) continue;
      await save();
      savedAt = performance.now();
    }
    await save();
  } catch (error) {
    if (signal.aborted) await save();
    trainer.dispose();
    throw error;
  } finally {
    progress.clear();
  }
  return { trainer, commit };
}

/** With as many batches as fit into the minutes, by the time that the first few take. */
async function planOf(wanted: Wanted, create: PretrainContext['create']): Promise<TrainingPlan> {
  if ('batches' in wanted) return wanted;
  const { minutes, ...rest } = wanted;
  const trial = new Trainer({ ...rest, batches: MEASURED + 1 }, create);
  trial.trainBatch(); // compiles
  const started = performance.now();
  for (let k = 0; k < MEASURED; k++) trial.trainBatch();
  const each = (performance.now() - started) / MEASURED;
  trial.dispose();
  return { ...rest, batches: Math.max(1, Math.floor((minutes * 60_000) / each)) };
}

function requireSame(
  wanted: Wanted,
  plan: TrainingPlan,
  engine: string,
  savedEngine: string,
  path: string,
): void {
  const { minutes: _, ...given } = { minutes: 0, ...wanted };
  const theirs: Readonly<Record<string, unknown>> = { ...plan, engine: savedEngine };
  for (const [name, value] of Object.entries({ ...given, engine })) {
    if (theirs[name] === value) continue;
    const why = `is of a training with ${name} ${theirs[name]}, not ${value}`;
    throw new RxAnomalyError('BAD_INPUT', `${path}: ${why}; remove it, or name another folder with --out`);
  }
}
