// What the state of one key costs: the default detector, one dimension, 3,000 events old. Prints JSON.
import { Detector, decodeSnapshot, encodeSnapshot, StreamDetector } from 'rx-anomaly';
import { median } from '../race.js';
import { startWatch } from '../stopwatch.js';
import { event } from './events.js';

const EVENTS = 3000;
const ROUNDS = 5; // whose medians are taken
const TIMES = 60; // a round: the processor's clock is coarse

const detector = new StreamDetector();
for (let t = 0; t < EVENTS; t++) detector.process(event(0, t));
const bytes = encodeSnapshot(detector.snapshot());

/**
 * Milliseconds that `act` takes.
 *
 * @param {() => void} act
 */
function time(act) {
  for (let k = 0; k < TIMES; k++) act(); // compiled by then
  const rounds = Array.from({ length: ROUNDS }, () => {
    const passed = startWatch();
    for (let k = 0; k < TIMES; k++) act();
    return (1000 * passed()) / TIMES;
  });
  return median(rounds);
}

const other = new StreamDetector();
/** @type {Detector[]} */
const created = [];
const figures = {
  binaryKB: bytes.length / 1000,
  jsonKB: JSON.stringify(detector.snapshot()).length / 1000,
  saveMs: time(() => encodeSnapshot(detector.snapshot())),
  restoreMs: time(() => other.restore(decodeSnapshot(bytes))),
  createMs: time(() => {
    created.push(new Detector({ dimensions: 1 }));
    if (created.length > 20) created.shift()?.dispose();
  }),
};
console.log(JSON.stringify(figures));
