import type { Engine, EngineState } from '../engine.ts';
import { checkState, copyState } from '../engineState.ts';
import type { TrainingBatch } from './trainingBatch.ts';

/** What all slots of a fleet share, for snapshots: the learner's weights and optimiser, and the pending segments. */
export function saveShared(learner: Pick<Engine, 'save'>, trainingBatch: TrainingBatch): EngineState {
  return { ...weightsOf(learner.save()), ...copyState(trainingBatch.carried()) };
}

/** Restores what `saveShared` returned. @throws RxAnomalyError BAD_SNAPSHOT */
export function loadShared(
  learner: Pick<Engine, 'save' | 'load'>,
  trainingBatch: TrainingBatch,
  state: EngineState,
): void {
  const whole = learner.save();
  const carried = trainingBatch.carried();
  checkState(state, { ...weightsOf(whole), ...carried }, 'fleet engine');
  learner.load({ ...whole, ...weightsOf(state) });
  for (const [name, vector] of Object.entries(carried)) vector.set(state[name]);
}

/** The parts of an engine's state that its series share. */
function weightsOf(state: EngineState): EngineState {
  return Object.fromEntries(
    Object.entries(state).filter(([name]) => name === 'parameters' || name.startsWith('optimizer.')),
  );
}
