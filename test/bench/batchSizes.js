/** Series and hidden units of the batches that are timed, one set of weights each. */
export const BATCH_SIZES = [
  [64, 32],
  [64, 64],
  [64, 128],
  [256, 64],
  [256, 128],
  [1024, 64],
];
