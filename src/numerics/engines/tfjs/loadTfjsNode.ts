import { builtinModule } from '../../../core/builtinModule.ts';
import { RxAnomalyError } from '../../../core/errors.ts';
import type { Tfjs } from './tfjs.ts';

const PACKAGE = '@tensorflow/tfjs-node';
const PROVISION =
  'node node_modules/rx-anomaly/dist/cli/provision/main.js (in a clone: npm run provision:tfjs-node)';

/**
 * Imports `@tensorflow/tfjs-node`, the native binding (an optional peer dependency), on Node 20 and later. TensorFlow gets one thread
 * unless
 * TF_NUM_INTRAOP_THREADS is set: with two cores, idle, two threads took 1.3 to 1.4 times as long from 64×128 to
 * 1024×64 (series × hidden units), because it splits each of a window's small matrix products.
 *
 * @throws RxAnomalyError NO_ENGINE, one line: why it cannot be loaded and which command helps
 */
export async function loadTfjsNode(): Promise<Tfjs> {
  process.env.TF_NUM_INTRAOP_THREADS ??= '1';
  // Below this level TensorFlow writes notes to stderr: on the processor, and at every call with unusual sizes.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  restoreRemovedHelpers(builtinModule('node:util'));
  try {
    const module = (await import(PACKAGE)) as { default: Tfjs };
    return module.default;
  } catch (error) {
    throw cannotLoad(error);
  }
}

/** tfjs-node 4.22 calls type checks that Node 23 removed from `util`: restores the missing ones. */
export function restoreRemovedHelpers(target: object): void {
  const removed: Readonly<Record<string, (value: unknown) => boolean>> = {
    isNullOrUndefined: (value) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, test] of Object.entries(removed)) {
    if (!(name in target))
      Object.defineProperty(target, name, { value: test, configurable: true, writable: true });
  }
}

/** The import's error, as one line for a user. */
export function cannotLoad(error: unknown): RxAnomalyError {
  return new RxAnomalyError('NO_ENGINE', `tfjsEngine: ${reason(error)}`, { cause: error });
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes(`Cannot find package '${PACKAGE}'`)) {
    return `${PACKAGE} is not installed; run npm install ${PACKAGE}@4.22.0, or where its download host is blocked ${PROVISION}`;
  }
  const fault = message.includes('native addon module')
    ? 'is installed without its native binding'
    : `does not load (${message.split('\n')[0]})`;
  return `${PACKAGE} ${fault}; run ${PROVISION}`;
}
