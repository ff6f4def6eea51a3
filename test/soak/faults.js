import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { from, retry, takeWhile, tap } from 'rxjs';
import { sensor } from './events.js';

/** @import { CheckpointStore, DurableVerdict } from '../../src/index.ts' */
/** @import { Random } from '../../src/core/random.ts' */
/** @import { SoakEvent } from './events.js' */

// Loaded by address and not by a static import, so that the type check needs no build.
/** @type {typeof import('../../src/index.ts')} */
const { checkpoint } = await import(new URL('../../dist/index.js', import.meta.url).href);
/** @type {typeof import('../../src/stores/index.ts')} */
const { FileCheckpointStore } = await import(new URL('../../dist/stores/index.js', import.meta.url).href);

/**
 * Sensors that read ten times a second; every minute others of them. A reading knows its place in the stream.
 *
 * @typedef {SoakEvent & { readonly position: number }} PlacedEvent
 */

const SENSORS = 6;
const AWAKE = 3; // at a time
const ROOM = 4; // models
const RATE = 10; // readings a second, of each
const START = Date.UTC(2026, 0, 5);
const EVERY = 300; // ms between two states

/** How often what goes wrong. */
const RATES = { wire: 1 / 4000, sink: 1 / 8000, save: 0.05, load: 0.01, damage: 0.1 };

/**
 * Scores `seconds` of simulated time as fast as it can, while the source breaks off, the sink fails, the store fails to
 * save or to load, and saved states are damaged. Each fault ends the stream, which is subscribed to again.
 *
 * @param {Random} random
 * @param {number} seconds
 * @param {(events: number) => void} sample called at ten equal distances, while nothing is under way
 * @param {() => boolean} isInterrupted
 */
export async function soakWithFaults(random, seconds, sample, isInterrupted) {
  const events = eventsOf(random, seconds);
  const counts = {
    verdicts: 0,
    repeated: 0,
    different: 0,
    missing: 0,
    faults: 0,
    saveFailures: 0,
    damaged: 0,
  };
  const scores = new Float64Array(events.length).fill(Number.NaN); // by position
  const folder = await mkdtemp(join(tmpdir(), 'rx-anomaly-soak-'));
  const store = faultyStore(random, folder, () => counts.damaged++);
  const distance = Math.floor(events.length / 10);
  let sampled = 0;

  /** @param {number} position of the reading before */
  async function* wire(position = -1) {
    for (const event of events.slice(position + 1)) {
      if (event.position % 100 === 0) await setImmediate();
      if (isInterrupted()) return;
      if (random.uniform() < RATES.wire) throw new Error('the wire broke');
      if (event.position === sampled + distance) {
        sampled += distance;
        while (store.isBusy()) await setImmediate();
        sample(sampled);
      }
      yield event;
    }
  }
  /** @param {DurableVerdict<PlacedEvent, number>} verdict */
  const sink = ({ event, score }) => {
    if (random.uniform() < RATES.sink) throw new Error('the sink failed');
    counts.verdicts++;
    if (!Number.isNaN(scores[event.position])) {
      counts.repeated++;
      if (scores[event.position] !== score) counts.different++;
    }
    scores[event.position] = score;
  };

  await checkpoint({
    store,
    every: EVERY,
    /** @param {number} [position] */
    source: (position) => from(wire(position)),
    detect: { maxKeys: ROOM, value: (/** @type {PlacedEvent} */ { value }) => value },
    deliver: (verdicts) => verdicts.pipe(tap(sink)),
    onSaveFailed: () => counts.saveFailures++,
  })
    .pipe(
      tap({ error: () => counts.faults++ }),
      retry({ delay: 1 }),
      takeWhile(() => !isInterrupted()),
    )
    .forEach(() => {});
  if (!isInterrupted()) counts.missing = scores.filter(Number.isNaN).length;
  await rm(folder, { recursive: true });
  return counts;
}

/**
 * @param {Random} random
 * @param {number} seconds
 * @returns {PlacedEvent[]}
 */
function eventsOf(random, seconds) {
  const sensors = Array.from({ length: SENSORS }, (_, n) => sensor(random, `sensor-${n}`));
  return Array.from({ length: seconds * RATE * AWAKE }, (_, position) => {
    const turn = Math.floor(position / AWAKE);
    const minute = Math.floor(turn / RATE / 60);
    const time = START + (1000 / RATE) * turn;
    return { ...sensors[((position % AWAKE) + minute * AWAKE) % SENSORS](), time, position };
  });
}

/**
 * @param {Random} random
 * @param {string} folder
 * @param {() => void} onDamaged
 * @returns {CheckpointStore & { isBusy: () => boolean }}
 */
function faultyStore(random, folder, onDamaged) {
  const store = new FileCheckpointStore(folder, { onDamaged });
  let underWay = 0;
  /** @template T @param {number} rate @param {() => Promise<T>} act */
  const faulty = async (rate, act) => {
    underWay++;
    try {
      if (random.uniform() < rate) throw new Error('the store failed');
      return await act();
    } finally {
      underWay--;
    }
  };
  let isLastDamaged = false; // of two states one must be whole
  return {
    isBusy: () => underWay > 0,
    load: (name) => faulty(RATES.load, () => store.load(name)),
    save: (name, state) =>
      faulty(RATES.save, async () => {
        await store.save(name, state);
        if (name.includes('/')) return;
        isLastDamaged = !isLastDamaged && random.uniform() < RATES.damage;
        if (!isLastDamaged) return;
        const text = await readFile(store.path(name), 'utf8');
        await writeFile(store.path(name), text.slice(0, random.below(text.length)));
      }),
    remove: (name) => store.remove(name),
  };
}
