import type { Tensor, Tfjs } from './tfjs.ts';
import { type TrainedVector, type UpdateRule, vectorsOf } from './updateRule.ts';

/** The parameters and the optimiser's memory as tensors that each step replaces, for every tfjs backend. */
export function coreVector(tf: Tfjs, size: number, rule: UpdateRule): TrainedVector {
  const held = Object.fromEntries(
    ['parameters', ...vectorsOf(rule)].map((name) => [name, tf.keep(tf.zeros([size]))]),
  );

  return {
    read: () => tf.clone(held.parameters),
    write: (values) => replace('parameters', tf.tensor(values.slice(), [size])),

    update(gradient, { rate, epsilon }) {
      const step =
        rule.name === 'momentum' ? momentum(gradient, rule.momentum) : adaptive(gradient, rule, epsilon);
      replace('parameters', tf.sub(held.parameters, tf.mul(step, rate)));
    },

    readMemory: () => Object.fromEntries(rule.memory.map((name) => [name, held[name].dataSync()])),
    writeMemory(values) {
      for (const name of rule.memory) replace(name, tf.tensor(values[name].slice(), [size]));
    },
    dispose() {
      for (const tensor of Object.values(held)) tensor.dispose();
    },
  };

  function momentum(gradient: Tensor, kept: number): Tensor {
    return replace('velocity', tf.add(tf.mul(held.velocity, kept), gradient));
  }

  function adaptive(
    gradient: Tensor,
    { beta1, beta2 }: { beta1: number; beta2: number },
    epsilon: number,
  ): Tensor {
    const mean = replace('mean', blend(held.mean, gradient, beta1));
    const meanSquare = replace('meanSquare', blend(held.meanSquare, tf.square(gradient), beta2));
    return tf.div(mean, tf.add(tf.sqrt(meanSquare), epsilon));
  }

  function blend(old: Tensor, now: Tensor, kept: number): Tensor {
    return tf.add(tf.mul(old, kept), tf.mul(now, 1 - kept));
  }

  function replace(name: string, tensor: Tensor): Tensor {
    held[name].dispose();
    held[name] = tf.keep(tensor);
    return tensor;
  }
}
