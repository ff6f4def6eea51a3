// Everyday streams by kind: what a detector meets before any benchmark. Shapes, sizes and positions are drawn.
import { blindness } from './blindness.js';
import { ordinary } from './ordinary.js';
import { regular } from './regular.js';
import { resting } from './resting.js';
import { seasonal } from './seasonal.js';

/** @import { Random } from 'rx-anomaly/numerics' */

/**
 * A stretch of records, both ends included.
 *
 * @typedef {object} Span
 * @property {number} first
 * @property {number} last
 */

/**
 * A stream and what is known of it.
 *
 * @typedef {object} EverydayStream
 * @property {number[]} values
 * @property {number} [interval] seconds from one record to the next; without it the stream has no times
 * @property {readonly Span[]} [faults] found by a flag from the first record to two after the last
 * @property {readonly Span[]} [excused] an incident that begins here is neither found nor false: what is rightly an incident
 */

/** @typedef {(random: Random) => EverydayStream} Kind */

/** @type {Readonly<Record<string, Readonly<Record<string, Kind>>>>} by group, then by name */
export const KINDS = {
  blindness,
  'at rest': resting,
  seasons: seasonal,
  'regular shapes': regular,
  ordinary,
};
