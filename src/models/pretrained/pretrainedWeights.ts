import { RxAnomalyError } from '../../core/errors.ts';
import { createParameters } from '../../numerics/parameters.ts';
import { crc32 } from '../snapshot/crc32.ts';
import { fromHalfFloats } from './halfFloats.ts';
import { type PretrainedModule, type PretrainedShape, pretrainedNetwork } from './pretrainedNetwork.ts';

/** A trained network. */
export interface PretrainedWeights extends PretrainedShape {
  /** In the order of `createParameters`; not to be written to. */
  readonly parameters: Float64Array;
  /** CRC-32 of the weights, eight hexadecimal digits: a state belongs to the weights that it was made with. */
  readonly id: string;
}

/** @throws RxAnomalyError BAD_DATA when there are too few or too many for that shape */
export function readWeights({ cell, hidden, weights }: PretrainedModule): PretrainedWeights {
  const parameters = fromHalfFloats(weights);
  const expected = createParameters(pretrainedNetwork({ cell, hidden }, 1, 1)).flat.length;
  if (parameters.length !== expected)
    throw new RxAnomalyError(
      'BAD_DATA',
      `pre-trained weights: expected ${expected} for ${hidden} units of ${cell}, got ${parameters.length}`,
    );
  const id = crc32(new TextEncoder().encode(weights)).toString(16).padStart(8, '0');
  return { cell, hidden, parameters, id };
}

let loading: Promise<PretrainedWeights> | undefined;
let loaded: PretrainedWeights | undefined;

/** The weights that come with the package; read once, and only when they are asked for. */
export function loadPretrainedWeights(): Promise<PretrainedWeights> {
  loading ??= import('./weights/weights.ts').then(({ PRETRAINED }) => {
    loaded = readWeights(PRETRAINED);
    return loaded;
  });
  return loading;
}

/** The same, at once; undefined before they were loaded. */
export function loadedWeights(): PretrainedWeights | undefined {
  return loaded;
}

/**
 * The same, at once.
 *
 * @throws RxAnomalyError BAD_OPTION before they were loaded
 */
export function pretrainedWeights(): PretrainedWeights {
  if (loaded !== undefined) return loaded;
  const remedy = 'await pretrainedForecaster() first, which loads them';
  throw new RxAnomalyError(
    'BAD_OPTION',
    `namedForecasters.pretrained: its weights are not loaded: ${remedy}`,
  );
}
