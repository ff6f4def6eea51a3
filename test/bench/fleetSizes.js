/** Series and hidden units of the fleets that are timed. */
export const FLEET_SIZES = [
  [64, 32],
  [64, 64],
  [64, 128],
  [256, 64],
  [256, 128],
  [1024, 64],
];
