/** Dimensions of the streams on which the pre-trained network is timed. */
export const PRETRAINED_DIMENSIONS = [1, 8, 50];

export const PRETRAINING = 'pretraining, B=48, H=64, T=128';

/** @param {number} dimensions */
export function aloneCase(dimensions) {
  return `pre-trained network alone, D=${dimensions}`;
}

/** @param {number} dimensions */
export function detectorCase(dimensions) {
  return `detectAnomalies with it, D=${dimensions}`;
}

/** @typedef {'none' | 'head'} Adapt */

/**
 * @param {Adapt} adapt
 * @param {boolean} apart each dimension a stream of its own
 */
export function wayName(adapt, apart) {
  return `${adapt === 'none' ? 'frozen' : 'adapting'}${apart ? ', streams of one' : ''}`;
}
