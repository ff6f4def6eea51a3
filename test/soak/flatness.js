/**
 * Memory after a full garbage collection.
 *
 * @typedef {object} Sample
 * @property {number} events events so far
 * @property {number} heap bytes of objects (heapUsed) and of the buffers behind typed arrays (external)
 * @property {number} rss bytes that the operating system has given to the process
 */

/**
 * How memory grew over the last three quarters of the samples; the first is for warming up.
 *
 * @typedef {object} Flatness
 * @property {number} events that the last three quarters span
 * @property {number} heapSlope bytes per event, by least squares
 * @property {number} heapBound the slope above which memory is not flat
 * @property {number} rssGrowth bytes, by least squares
 * @property {number} rssBound
 * @property {boolean} isFlat
 */

/** The least leak worth the name keeps a number per event: 8 bytes. An eighth of that passes for flat. */
const HEAP_PER_EVENT = 1;
/** By so many bytes samples differ without a leak: compiled code, maps that grew to their next size. Measured: 150 kB. */
const HEAP_NOISE = 512 * 1024;
/** Pages that the collector keeps for later come and go in steps of megabytes. */
const RSS_NOISE = 32 * 1024 * 1024;

/**
 * @param {readonly Sample[]} samples at equal distances
 * @returns {Flatness | undefined} undefined when there are too few to tell
 */
export function flatness(samples) {
  const settled = samples.slice(Math.floor(samples.length / 4));
  if (settled.length < 3) return undefined;
  const events = settled[settled.length - 1].events - settled[0].events;
  const heapSlope = slope(settled.map((sample) => [sample.events, sample.heap]));
  const heapBound = HEAP_PER_EVENT + HEAP_NOISE / events;
  const rssGrowth = events * slope(settled.map((sample) => [sample.events, sample.rss]));
  const rssBound = RSS_NOISE + HEAP_PER_EVENT * events;
  const isFlat = heapSlope <= heapBound && rssGrowth <= rssBound;
  return { events, heapSlope, heapBound, rssGrowth, rssBound, isFlat };
}

/**
 * Of the line with the least squared distance.
 *
 * @param {readonly (readonly [number, number])[]} points
 */
function slope(points) {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const product = mean(points.map(([x, y]) => (x - meanX) * (y - meanY)));
  return product / mean(points.map(([x]) => (x - meanX) ** 2));
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
