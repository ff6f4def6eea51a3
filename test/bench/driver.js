import { PERIOD, RATE } from './problem.js';

/** @import { Engine } from 'rx-anomaly/numerics' */
/** @import { Problem } from './problem.js' */

/**
 * Feeds a problem's stream to an engine as a model does, allocating nothing.
 *
 * @param {Engine} engine
 * @param {Problem} problem
 * @returns {{ run: (events: number) => void, output: Float64Array }} `output` (B, O) is the newest
 */
export function createDriver(engine, { network, stride, horizons, parameters, input }) {
  const { series, inputs, window } = network;
  const width = series * inputs;
  const output = new Float64Array(series * outputs(network));
  const targets = new Float64Array(series * window * horizons.length);
  const weights = new Float64Array(targets.length).fill(1);
  const longest = horizons[horizons.length - 1];
  const xs = Array.from({ length: PERIOD }, (_, n) => input.subarray(n * width, (n + 1) * width));
  engine.writeParameters(parameters);
  let event = 0;

  function learn() {
    const first = event - longest - window + 1;
    let at = 0;
    for (let b = 0; b < series; b++) {
      for (let t = 0; t < window; t++) {
        for (let k = 0; k < horizons.length; k++, at++) {
          targets[at] = input[((first + t + horizons[k]) % PERIOD) * width + b * inputs];
        }
      }
    }
    engine.learn(targets, weights, RATE);
  }

  return {
    output,
    run(events) {
      for (let k = 0; k < events; k++, event++) {
        if (engine.canLearn && event % stride === 0) learn();
        engine.advanceInto(output, xs[event % PERIOD]);
      }
    },
  };
}

/** @param {Problem['network']} network */
function outputs({ loss, targets }) {
  return loss.name === 'laplace' || loss.name === 'gaussian' ? 2 * targets : targets;
}
