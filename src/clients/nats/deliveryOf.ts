/** Where a message is in its stream, and how it was delivered. */
export interface Delivery {
  /** Its sequence number in the stream. */
  readonly seq: number;
  /** Its number among what the consumer has delivered, from 1. */
  readonly delivered: number;
  /** Messages that the consumer has after it. */
  readonly pending: number;
  /** When the server has stored it, milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

const DOT = 46;
const ZERO = 48;
/** Digits of a time in nanoseconds below a millisecond. */
const BELOW = 6;
/** Where the dots of the subject at hand are: a list for each would be garbage, of every message. */
const dots: Uint16Array = new Uint16Array(16);

/**
 * Reads the subject of a delivery:
 * `$JS.ACK.STREAM.CONSUMER.COUNT.SEQ.DELIVERED.TIME.PENDING`, or with the domain and a hash of the account before the stream,
 * and more tokens at the end.
 *
 * @param reply the subject to which an acknowledgement goes
 * @returns undefined where it is none
 */
export function deliveryOf(reply: string | undefined): Delivery | undefined {
  if (reply?.startsWith('$JS.ACK.') !== true) return undefined;
  let count = 0;
  for (let k = 0; k < reply.length; k++) if (reply.charCodeAt(k) === DOT) dots[count++ & 15] = k;
  if (count !== 8 && (count < 10 || count > 15)) return undefined;
  dots[count] = reply.length;
  const first = count === 8 ? 4 : 6; // the dot before the sequence number
  return {
    seq: whole(reply, dots[first]! + 1, dots[first + 1]!),
    delivered: whole(reply, dots[first + 1]! + 1, dots[first + 2]!),
    time: whole(reply, dots[first + 2]! + 1, dots[first + 3]! - BELOW),
    pending: whole(reply, dots[first + 3]! + 1, dots[first + 4]!),
  };
}

function whole(text: string, from: number, to: number): number {
  let value = 0;
  for (let k = from; k < to; k++) value = 10 * value + text.charCodeAt(k) - ZERO;
  return value;
}
