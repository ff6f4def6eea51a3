import type { Redis } from './connectRedis.ts';

/** An entry of a stream. */
export interface RedisEntry {
  /** `ID/n`: its id, and how many the stream had got with it; from both it is known later what was removed. */
  readonly position: string;
  /** When it was added, milliseconds since 1970-01-01T00:00:00Z, if its id is the server's. */
  readonly time: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a stream has after a position. */
export interface RedisEntries {
  readonly entries: readonly RedisEntry[];
  /** Those after them. */
  readonly pending: number;
  /** Why entries after the position are gone; undefined where they are not. */
  readonly gone: string | undefined;
}

/** One look at a stream, in which nothing changes between its figures and its entries. */
const LOOK = `
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local info = redis.call('XINFO', 'STREAM', KEYS[1])
local of = {}
for k = 1, #info, 2 do of[info[k]] = info[k + 1] end
local from = ARGV[1] == '' and '-' or '(' .. ARGV[1]
local count = tonumber(ARGV[2])
return {of['entries-added'], of['length'], of['last-generated-id'], of['max-deleted-entry-id'],
  count > 0 and redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', count) or {}}`;

type Look = readonly [
  added: number,
  length: number,
  last: string,
  deleted: string,
  entries: readonly (readonly [id: string, fields: readonly string[]])[],
];

/** Entries after a position, at most `limit`; undefined: from the oldest. */
export async function readStream(
  redis: Redis,
  stream: string,
  after: string | undefined,
  limit: number,
): Promise<RedisEntries> {
  const [id = '', count = '0'] = after?.split('/') ?? [];
  const [added = 0, length = 0, last = '0-0', deleted = '0-0', found = []] = await redis.ask<Partial<Look>>([
    ...['EVAL', LOOK, '1', stream, id, String(limit)],
  ]);
  const removed = added - length;
  // Having read all of it, what was counted is corrected: an entry that was deleted before it was read is in no count.
  let n =
    found.length < limit && limit > 0 ? added - found.length : after === undefined ? removed : Number(count);
  const entries = found.map(([entryId, flat]): RedisEntry => {
    const fields: Record<string, string> = {};
    for (let k = 0; k < flat.length; k += 2) fields[flat[k]!] = flat[k + 1]!;
    return { position: `${entryId}/${++n}`, time: Number.parseInt(entryId, 10), fields };
  });
  return {
    entries,
    pending: Math.max(0, added - n),
    gone: goneAfter(stream, after, { removed, last, deleted }),
  };
}

function goneAfter(
  stream: string,
  after: string | undefined,
  { removed, last, deleted }: { readonly removed: number; readonly last: string; readonly deleted: string },
): string | undefined {
  if (after === undefined) return undefined;
  if (comparePositions(after, last) > 0)
    return `the stream ${stream} ends at ${last}, before ${after}: it is another one by now`;
  const lost = removed - Number(after.split('/')[1]);
  if (lost > 0)
    return `of the stream ${stream}, ${lost} entries after ${after} were removed before they were read; let it keep more (MAXLEN, MINID)`;
  return comparePositions(deleted, after) > 0
    ? `of the stream ${stream}, an entry after ${after} was deleted before it was read`
    : undefined;
}

/** The position behind all that a stream has, and how many it has had. */
export async function endOfStream(redis: Redis, stream: string): Promise<string> {
  const [added = 0, , last = '0-0'] = await redis.ask<Partial<Look>>(['EVAL', LOOK, '1', stream, '', '0']);
  return `${last}/${added}`;
}

/** Waits until one of the streams has an entry after its position, or so many milliseconds have passed. */
export async function waitForEntries(
  redis: Redis,
  positions: ReadonlyMap<string, string | undefined>,
  wait: number,
): Promise<void> {
  const ids = [...positions.values()].map((position) => position?.split('/')[0] ?? '0-0');
  await redis.ask(
    ['XREAD', 'COUNT', '1', 'BLOCK', String(wait), 'STREAMS', ...positions.keys(), ...ids],
    wait + 10_000,
  );
}

/** Of positions, or ids, of one stream. */
export function comparePositions(a: string, b: string): number {
  // Several times for each event: without lists.
  const x = a.indexOf('-');
  const y = b.indexOf('-');
  return whole(a, 0, x) - whole(b, 0, y) || whole(a, x + 1, a.length) - whole(b, y + 1, b.length);
}

const ZERO = 48;

/** The digits from `from` on. */
function whole(text: string, from: number, to: number): number {
  let value = 0;
  for (let k = from; k < to; k++) {
    const digit = text.charCodeAt(k) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = 10 * value + digit;
  }
  return value;
}
