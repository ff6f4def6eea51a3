import { readdirSync, readFileSync } from 'node:fs';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type SnapshotEvent, snapshotCases } from '../../../fixtures/snapshots/cases.js';
import * as library from '../../../src/index.ts';
import { MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import type { DurableVerdict } from '../../../src/models/durable/durableState.ts';
import type { Snapshot } from '../../../src/models/snapshot/snapshot.ts';
import { checkpoint } from '../../../src/operators/durable/checkpoint.ts';
import { ROOT } from '../../house/sourceFiles.ts';

interface Kept {
  readonly events: readonly SnapshotEvent[];
  readonly cases: readonly {
    readonly name: string;
    readonly states: Readonly<Record<string, Snapshot>>;
    readonly verdicts: readonly DurableVerdict[];
  }[];
}

const FOLDER = `${ROOT}fixtures/snapshots/`;
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
await library.pretrainedForecaster(); // loads its weights
const options = snapshotCases(library);

/** Alike but for the last digits, which are another machine's: sine and SIMD differ. */
function expectAlike(got: unknown, kept: unknown): void {
  if (typeof kept === 'number')
    expect(Math.abs((got as number) - kept)).toBeLessThan(1e-4 * (1 + Math.abs(kept)));
  else if (typeof kept !== 'object' || kept === null) expect(got).toBe(kept);
  else {
    expect(Object.keys(got as object)).toEqual(Object.keys(kept));
    for (const [name, part] of Object.entries(kept))
      expectAlike((got as Record<string, unknown>)[name], part);
  }
}

describe.each(files)('the snapshots of version %s', (file) => {
  const { events, cases } = JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')) as Kept;

  it.each(cases)('continue as they did then: $name', async ({ name, states, verdicts }) => {
    const store = new MemoryCheckpointStore();
    for (const [at, state] of Object.entries(states)) await store.save(at, state);
    const detect = { ...options[name], value: (event: SnapshotEvent) => event.value };
    const detected = checkpoint({ store, detect, source: () => from(events) }).pipe(toArray());
    expectAlike(JSON.parse(JSON.stringify(await lastValueFrom(detected))), verdicts);
  });
});

it('are kept of every forecaster and scorer there is', () => {
  const kept = files.flatMap((file) => {
    const { cases } = JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')) as Kept;
    return cases.map(({ name }) => name);
  });
  expect([...new Set(kept)].sort()).toEqual(Object.keys(options).sort());
});
