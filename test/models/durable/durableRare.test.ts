import { describe, expect, it } from 'vitest';
import type { CheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { DurableRare } from '../../../src/models/durable/durableRare.ts';
import { parseSnapshot } from '../../../src/models/snapshot/parseSnapshot.ts';
import type { Snapshot } from '../../../src/models/snapshot/snapshot.ts';
import type { State } from '../../../src/models/snapshot/state.ts';
import { forgeries } from '../../support/forgedStates.ts';

interface Event {
  readonly key: string;
  readonly value: string;
  readonly time: number;
}

const EVENTS: readonly Event[] = Array.from({ length: 1500 }, (_, n) => ({
  key: 'ab'[n % 2]!,
  value: n === 1100 || n === 1104 ? 'odd' : `line ${n % 3}`,
  time: 60_000 * n,
}));
const OPTIONS = { sensitivity: 'high', template: true } as const;

/** A store that has one state, or none. */
function storeOf(state?: Snapshot): CheckpointStore & { state: Snapshot | undefined } {
  const store = {
    state,
    load: async () => store.state,
    save: async (_: string, saved: Snapshot) => {
      store.state = saved;
    },
    remove: async () => {},
  };
  return store;
}

async function open(store: CheckpointStore, options = {}) {
  return await DurableRare.open<Event>('test', { ...OPTIONS, ...options }, { store, name: 's', config: 'c' });
}

describe('DurableRare', () => {
  it('continues from its state anywhere, with the incident that is open', async () => {
    const whole = await open(storeOf());
    const expected = EVENTS.map((event, at) => whole.process(event, () => at));
    expect(expected.flatMap((verdict) => verdict?.ended ?? [])).toMatchObject([{ key: 'a', count: 2 }]);
    for (const cut of [0, 700, 1101, 1104, 1200]) {
      const store = storeOf();
      const first = await open(store);
      EVENTS.slice(0, cut).forEach((event, at) => void first.process(event, () => at));
      await first.capture()();
      await first.close();
      store.state = parseSnapshot(JSON.stringify(store.state));
      const second = await open(store);
      expect(second.position).toBe(cut === 0 ? undefined : cut - 1);
      expect(second.open).toHaveLength(cut > 1100 && cut < 1130 ? 1 : 0);
      const rest = EVENTS.slice(cut).map((event, at) => second.process(event, () => at));
      expect(rest.map((verdict) => ({ ...verdict, incident: 0, ended: verdict?.ended.length }))).toEqual(
        expected.slice(cut).map((verdict) => ({ ...verdict, incident: 0, ended: verdict?.ended.length })),
      );
    }
  });

  it('refuses a state of other options, and never takes one that is another and then fails', async () => {
    const store = storeOf();
    const detector = await open(store);
    EVENTS.slice(0, 1103).forEach((event, at) => void detector.process(event, () => at));
    await detector.capture()();
    await expect(open(store, { repeat: 3 })).rejects.toThrow(/checkpoint s: .*repeat/);
    const { state, ...rest } = store.state!;
    const parts = state as { readonly [name: string]: State };
    // Position is the user's; what the detector refuses is tested there.
    for (const forged of forgeries({ open: parts.open! })) {
      const given = { ...rest, state: { ...parts, ...(forged.state as object) } } as Snapshot;
      try {
        const other = await open(storeOf(given));
        for (const event of EVENTS.slice(1103, 1110)) other.process(event, () => 0);
      } catch (error) {
        expect((error as Error).message, forged.what).toMatch(/^checkpoint s: /);
      }
    }
  });
});
