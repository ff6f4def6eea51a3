import { nativeOps } from './nativeOps.ts';
import type { Tensor, Tfjs } from './tfjs.ts';
import { type TrainedVector, type UpdateRule, vectorsOf } from './updateRule.ts';

let made = 0; // TensorFlow's resource manager knows variables by name: each needs one of its own

/**
 * The parameters and the optimiser's memory as TensorFlow resource variables: they never leave the native side, and
 * one fused kernel updates them in place. `ResourceApplyAdam` without its own correction is the adaptive rule,
 * `ResourceApplyMomentum` the other.
 */
export function nativeVector(tf: Tfjs, size: number, rule: UpdateRule): TrainedVector {
  const ops = nativeOps(tf);
  const dtype = ops.floatType('dtype');
  const container = ops.text('container', '');
  const handles = ['parameters', ...vectorsOf(rule)].map((name) => {
    const named = ops.text('shared_name', `rx-anomaly/${made++}/${name}`);
    return tf.keep(ops.run('VarHandleOp', [container, named, dtype, ops.shape('shape', [size])], [], 1)[0]);
  });
  const [parameters, ...vectors] = handles;
  for (const handle of handles) assign(handle, new Float32Array(size));
  const factors = rule.name === 'momentum' ? [rule.momentum] : [0, rule.beta1, rule.beta2];
  const constants = factors.map((value) => tf.keep(tf.scalar(value)));
  const attributes = [ops.floatType('T'), ops.bool('use_locking', false), ops.bool('use_nesterov', false)];
  const remembered = (name: string): Tensor => vectors[vectorsOf(rule).indexOf(name)];

  return {
    read: () => read(parameters),
    write: (values) => assign(parameters, values),

    update(gradient, { rate, epsilon }) {
      const eta = tf.scalar(rate);
      if (rule.name === 'momentum') {
        ops.run(
          'ResourceApplyMomentum',
          attributes,
          [parameters, ...vectors, eta, gradient, ...constants],
          0,
        );
        return;
      }
      const [zero, ...betas] = constants;
      if (rule.beta1 === 0) setZero(remembered('mean')); // the kernel computes m + (g − m), which is not quite g
      // β1ⁿ and β2ⁿ are given as 0: η and ε are corrected already.
      const inputs = [parameters, ...vectors, zero, zero, eta, ...betas, tf.scalar(epsilon), gradient];
      ops.run('ResourceApplyAdam', attributes, inputs, 0);
    },

    readMemory() {
      const values: Record<string, ArrayLike<number>> = {};
      for (const name of rule.memory) {
        const tensor = read(remembered(name));
        values[name] = tensor.dataSync();
        tensor.dispose();
      }
      return values;
    },

    writeMemory(values) {
      for (const name of rule.memory) assign(remembered(name), values[name]);
    },

    dispose() {
      const ignore = [ops.bool('ignore_lookup_error', true)];
      for (const handle of handles) ops.run('DestroyResourceOp', ignore, [handle], 0);
      for (const tensor of [...handles, ...constants]) tensor.dispose();
    },
  };

  function read(handle: Tensor): Tensor {
    return ops.run('ReadVariableOp', [dtype], [handle], 1)[0];
  }

  function setZero(handle: Tensor): void {
    ops.run('AssignVariableOp', [dtype], [handle, tf.zeros([size])], 0);
  }

  function assign(handle: Tensor, values: Float32Array): void {
    // A copy, or the variable would go on living in the array's memory where its alignment allows that.
    const tensor = tf.tensor(values, [size]);
    const [copy] = ops.run('DeepCopy', [ops.floatType('T')], [tensor], 1);
    ops.run('AssignVariableOp', [dtype], [handle, copy], 0);
    copy.dispose();
    tensor.dispose();
  }
}
