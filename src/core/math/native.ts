/** Functions of `Math` whose last bits the standard leaves free. Of others, such as tanh, too few results differ to notice. */
export type FreeFunctions = Pick<Math, 'exp' | 'log' | 'log10' | 'sin' | 'cos'>;

const PROBES = 300; // of each; of a library other than FDLIBM 1 to 10 % of the results of exp, log, sin and cos differ
const FINGERPRINT = 1149898231;

/** A number that depends on every bit of the functions' results at arguments over all of their useful range. */
export function fingerprint({ exp, log, log10, sin, cos }: FreeFunctions): number {
  const results = new Float64Array(5);
  const words = new Int32Array(results.buffer);
  let hash = 1;
  for (let k = 1; k <= PROBES; k++) {
    const u = (k * 0.6180339887498949) % 1; // evenly spread
    results[0] = exp(64 * u - 48);
    results[1] = log(100 * u);
    results[2] = log10(10 * u);
    results[3] = sin(100 * u);
    results[4] = cos(100 * u);
    for (let w = 0; w < words.length; w += 2) {
      // In the same order on any machine.
      hash = Math.imul(hash ^ (words[w] ^ words[w + 1]), 0x01000193);
      hash ^= hash >>> 15;
    }
  }
  return hash;
}

/**
 * Whether the runtime's functions are FDLIBM's, as V8's are: then they give the bits that ours give, in less time.
 */
export const isNativeExact: boolean = fingerprint(Math) === FINGERPRINT;
