import type { Vector } from './state.ts';

/**
 * Models check a state that they are to take back, part by part. Where others write to a model's own vectors (the rows of a
 * fleet do), the same checks have to be made of these: they are noted once, while the model takes back its own state.
 */
export interface OwnChecks {
  /** Makes all checks of the numbers as they are now. @throws RxAnomalyError BAD_SNAPSHOT where the model cannot hold them */
  readonly run: () => void;
  /** The vectors that were checked one by one, by the name of their part. */
  readonly vectors: readonly (readonly [name: string, vector: Vector])[];
}

interface Notes {
  readonly steps: (() => void)[];
  readonly vectors: (readonly [string, Vector])[];
}

let notes: Notes | undefined;

/** To be called where a part of a state is checked: the same of what the model itself has. No more than a call, usually. */
export function noteCheck(own: () => void): void {
  notes?.steps.push(own);
}

/** The same of a vector, which is checked by itself. */
export function noteVector(name: string, own: Vector, check: () => void): void {
  notes?.vectors.push([name, own]);
  notes?.steps.push(check);
}

/** @param restore has the model take back its own state */
export function ownChecks(restore: () => void): OwnChecks {
  const noted: Notes = { steps: [], vectors: [] };
  const before = notes;
  notes = noted;
  try {
    restore();
  } finally {
    notes = before;
  }
  const { steps, vectors } = noted;
  const run = (): void => {
    for (let k = 0; k < steps.length; k++) steps[k]();
  };
  return { run, vectors };
}
