import { expect, it } from 'vitest';
import { TfjsEngine } from '../../../../src/numerics/engines/tfjs/tfjsEngine.ts';
import type { NetworkConfig } from '../../../../src/numerics/networkConfig.ts';
import { listenAtBinding } from '../../../support/environment/listenAtBinding.ts';
import { describeWithTfjsNode } from '../../../support/environment/tfjsNode.ts';
import { networkConfig } from '../../../support/networkConfig.ts';

const STEPS = 2000;
const MEGABYTE = 2 ** 20;

describeWithTfjsNode('memory of the tfjs engine', (tf) => {
  const OPTIMIZERS: readonly NetworkConfig['optimizer'][] = [
    { name: 'adam' },
    { name: 'rmsprop' },
    { name: 'sgd' },
  ];

  it(`is the same after ${STEPS} events, each learnt from`, () => {
    const config = networkConfig({ hidden: 32, series: 40, skip: true });
    const engine = new TfjsEngine(config, tf);
    const learn = learner(engine);
    for (let step = 0; step < STEPS / 2; step++) learn(); // V8's heap and TensorFlow's arenas find their size
    const tensors = tf.memory().numTensors;
    const native = listenAtBinding(tf);
    const before = nativeMemory();
    for (let step = 0; step < STEPS; step++) learn();
    const grown = nativeMemory() - before;
    native.stop();
    engine.dispose();

    expect(native.alive).toBe(0);
    expect(tf.memory().numTensors).toBeLessThan(tensors);
    // One (40, 32) state of 5 KiB lost per event would be 10 MB.
    expect(grown).toBeLessThan(8 * MEGABYTE);
  });

  it.each(OPTIMIZERS)(
    'nothing is left of an engine that was made, used, saved, restored and disposed of (%o)',
    (optimizer) => {
      const config = networkConfig({
        layers: 2,
        series: 3,
        delay: 1,
        skip: true,
        loss: { name: 'laplace' },
        optimizer,
      });
      const tensors = tf.memory().numTensors;
      const native = listenAtBinding(tf);
      const engine = new TfjsEngine(config, tf);
      const learn = learner(engine);
      for (let step = 0; step < 20; step++) learn();
      engine.load(engine.save());
      engine.writeParameters(engine.readParameters());
      learn();
      engine.dispose();
      native.stop();
      expect(tf.memory().numTensors).toBe(tensors);
      expect(native.alive).toBe(0);
    },
  );

  it('an update that is dropped leaves nothing either', () => {
    const engine = new TfjsEngine(networkConfig(), tf);
    const learn = learner(engine);
    for (let step = 0; step < 20; step++) learn();
    const native = listenAtBinding(tf);
    expect(learn(NaN)).toBe(false);
    expect(native.alive).toBe(0);
    native.stop();
    engine.dispose();
  });
});

/** What the process holds outside V8's heap. */
function nativeMemory(): number {
  const { rss, heapTotal } = process.memoryUsage();
  return rss - heapTotal;
}

/** One event and, once there is a window, one update; true when that was applied. */
function learner(engine: TfjsEngine): (x?: number) => boolean {
  const { series, inputs, window, targets } = engine.config;
  const input = new Float64Array(series * inputs);
  const output = new Float64Array(series * targets * 2);
  const wanted = new Float64Array(series * window * targets).fill(0.5);
  const weights = new Float64Array(wanted.length).fill(1);
  let step = 0;
  return (x = Math.sin(step++)) => {
    engine.advanceInto(output, input.fill(x));
    return engine.canLearn && engine.learn(wanted, weights, 0.001).applied;
  };
}
