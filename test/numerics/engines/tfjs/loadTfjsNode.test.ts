import { describe, expect, it } from 'vitest';
import { cannotLoad, restoreRemovedHelpers } from '../../../../src/numerics/engines/tfjs/loadTfjsNode.ts';
import { tfjsEngine } from '../../../../src/numerics/engines/tfjs/tfjsEngine.ts';
import { networkConfig } from '../../../support/networkConfig.ts';

describe('loading tfjs-node', () => {
  it('puts back what newer Nodes removed from util, and leaves alone what is there', () => {
    const own = (): boolean => false;
    const util: Record<string, (value: unknown) => boolean> = { isArray: own };
    restoreRemovedHelpers(util);
    expect(util.isArray).toBe(own);
    expect([null, undefined, 0, ''].map(util.isNullOrUndefined)).toEqual([true, true, false, false]);
  });

  it.each([
    [
      "Cannot find package '@tensorflow/tfjs-node' imported from /app/loadTfjsNode.js",
      'is not installed; run npm install @tensorflow/tfjs-node@4.22.0, or where its download host is blocked',
    ],
    [
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: /app/x. \nPlease run command',
      'is installed without its native binding; run',
    ],
    [
      'libtensorflow.so.1: cannot open shared object file: No such file or directory\nand more',
      'does not load (libtensorflow.so.1: cannot open shared object file: No such file or directory); run',
    ],
  ])('says why in one line, and which command helps: %s', (thrown, why) => {
    const { code, message } = cannotLoad(new Error(thrown));
    expect(code).toBe('NO_ENGINE');
    expect(message).toBe(
      `tfjsEngine: @tensorflow/tfjs-node ${why} ` +
        'node node_modules/rx-anomaly/dist/cli/provision/main.js (in a clone: npm run provision:tfjs-node)',
    );
  });

  it('refuses what is not TensorFlow.js, in one line', async () => {
    await expect(tfjsEngine(networkConfig(), { tidy: 1 })).rejects.toThrow(
      /^tfjsEngine: expected tf to be the TensorFlow.js namespace, got an object with tidy$/,
    );
  });
});
