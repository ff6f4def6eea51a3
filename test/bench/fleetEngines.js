// WASM against tfjs-node as the engine of a fleet, learning included, in microseconds of processor time per event: what
// `chooseFleet` goes by. Run after a build, with tfjs-node provisioned: node test/bench/fleetEngines.js
const dist = new URL('../../dist/numerics/engines/', import.meta.url).href;
/** @type {typeof import('../../src/numerics/engines/wasm/wasmFleet.ts')} */
const { WasmFleet } = await import(`${dist}wasm/wasmFleet.js`);
/** @type {typeof import('../../src/numerics/engines/wasm/loadKernel.ts')} */
const { loadKernel } = await import(`${dist}wasm/loadKernel.js`);
/** @type {typeof import('../../src/numerics/engines/tfjs/tfjsFleet.ts')} */
const { TfjsFleet } = await import(`${dist}tfjs/tfjsFleet.js`);
/** @type {typeof import('../../src/numerics/engines/tfjs/loadTfjsNode.ts')} */
const { loadTfjsNode } = await import(`${dist}tfjs/loadTfjsNode.js`);

/** @import { FleetConfig, FleetEngine } from '../../src/numerics/engines/fleet/fleetEngine.ts' */

const INPUTS = 13;
const WINDOW = 16;
const SHAPES = [
  [16, 16, 256],
  [32, 256, 256],
  [64, 16, 256],
  [64, 64, 256],
  [64, 256, 256],
  [128, 16, 256],
  [128, 64, 64],
  [128, 256, 256],
  [256, 32, 256],
  [256, 64, 64],
];

const tf = await loadTfjsNode();
console.table(
  SHAPES.map(([hidden, batchSize, batch]) => {
    const config = shape(hidden, batchSize);
    const times = { wasm: Infinity, tfjs: Infinity };
    for (let turn = 0; turn < 2; turn++) {
      times.wasm = Math.min(times.wasm, usPerEvent(new WasmFleet(config, loadKernel()), batch));
      times.tfjs = Math.min(times.tfjs, usPerEvent(new TfjsFleet(config, tf), batch));
    }
    const [wasm, tfjs] = [times.wasm, times.tfjs].map((time) => Number(time.toFixed(2)));
    return { H: hidden, R: batchSize, batch, wasm, tfjs, timesAsFast: Number((wasm / tfjs).toFixed(2)) };
  }),
);

/**
 * @param {number} hidden
 * @param {number} batchSize
 * @returns {FleetConfig}
 */
function shape(hidden, batchSize) {
  return {
    cell: 'lstm',
    inputs: INPUTS,
    hidden,
    layers: 1,
    targets: 1,
    skip: true,
    window: WINDOW,
    batchSize,
    loss: { name: 'laplace', smooth: 0.2, maxWeight: 10, maxRatio: 8 },
    optimizer: { name: 'adam' },
    clipNorm: 1,
  };
}

/**
 * @param {FleetEngine} fleet
 * @param {number} batch
 */
function usPerEvent(fleet, batch) {
  const { hidden, batchSize } = fleet.config;
  const keys = 2 * batch;
  fleet.writeParameters(fleet.readParameters().map((_, k) => 0.05 * Math.sin(k)));
  for (let key = 0; key < keys; key++) fleet.acquire();
  const output = new Float64Array(2 * batch);
  const slots = new Int32Array(batch);
  const x = Float64Array.from({ length: batch * INPUTS }, (_, k) => Math.sin(k));
  const targets = Float64Array.from({ length: WINDOW }, (_, k) => Math.cos(k));
  const weights = new Float64Array(WINDOW).fill(1);
  let next = 0;
  const run = (/** @type {number} */ events) => {
    for (let event = 0; event < events; event += batch) {
      for (let n = 0; n < batch; n++, next = (next + 1) % keys) {
        slots[n] = next;
        if (fleet.steps(next) < WINDOW) continue;
        fleet.addSample(next, targets, weights);
        if (fleet.sampleCount === batchSize) fleet.learn(0.001);
      }
      fleet.advanceInto(output, slots, x, batch);
    }
  };
  run(2 * (WINDOW + 1) * keys);
  const events = Math.max(2 * WINDOW * keys, 2 * WINDOW * batchSize, hidden > 64 ? 20_000 : 60_000);
  const before = process.cpuUsage();
  run(events);
  const { user, system } = process.cpuUsage(before);
  fleet.dispose();
  return (user + system) / events;
}
