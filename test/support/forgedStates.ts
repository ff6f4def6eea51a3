import type { State, Vector } from '../../src/models/snapshot/state.ts';

/** A state with one thing in it that is another. */
export interface Forgery {
  /** What was changed, for messages. */
  readonly what: string;
  readonly state: State;
}

const NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0.5, 1e300];
const OTHERS: readonly State[] = ['text', null, {}, []];
/** Numbers of a vector that are forged each; of a longer one some. */
const ALL = 20;

type Change = readonly [how: string, part: State | undefined];

/**
 * Every forgery of a state: each scalar, list and object is another, missing, or has a part more; of each vector numbers are
 * others, it is shorter, of another kind or something else.
 */
export function* forgeries(whole: State): Generator<Forgery> {
  for (const [path, part] of places(whole, [])) {
    for (const [how, other] of changesOf(part, path)) {
      if (isSame(other, part)) continue;
      yield { what: `${path.join('.') || 'the whole'} ${how}`, state: changed(whole, path, other) };
    }
  }
}

function* places(state: State, path: readonly string[]): Generator<readonly [readonly string[], State]> {
  yield [path, state];
  if (typeof state !== 'object' || state === null || ArrayBuffer.isView(state)) return;
  for (const [name, part] of Object.entries(state)) yield* places(part, [...path, name]);
}

function* changesOf(part: State, path: readonly string[]): Generator<Change> {
  for (const other of [...NUMBERS, ...OTHERS, true]) yield [`is ${show(other)}`, other];
  if (path.length > 0) yield ['is missing', undefined];
  if (typeof part !== 'object' || part === null) return;
  if (ArrayBuffer.isView(part)) {
    yield* changesOfVector(part as Vector);
  } else if (Array.isArray(part)) {
    const items = part as readonly State[];
    yield ['has one part more', [...items, items[0] ?? 0]];
    yield ['has null more', [...items, null]];
    if (items.length > 0) yield ['is shorter', items.slice(1)];
  } else {
    yield ['has a field more', { ...(part as { readonly [name: string]: State }), unknown: 1 }];
  }
}

function* changesOfVector(vector: Vector): Generator<Change> {
  yield ['is shorter', vector.slice(0, -1)];
  yield [
    'is of another kind',
    vector instanceof Float32Array ? Float64Array.from(vector) : Float32Array.from(vector),
  ];
  const { length } = vector;
  const places =
    length <= ALL
      ? Array.from({ length }, (_, k) => k)
      : [0, 1, length >> 2, length >> 1, (3 * length) >> 2, length - 2, length - 1];
  for (const k of places) {
    for (const number of NUMBERS) {
      const copy = vector.slice();
      copy[k] = number;
      yield [`has ${number} at ${k}`, copy];
    }
  }
}

function changed(state: State, path: readonly string[], part: State | undefined): State {
  if (path.length === 0) return part ?? null;
  const [name, ...rest] = path;
  const inner = (state as { readonly [name: string]: State })[name];
  const other = rest.length === 0 ? part : changed(inner, rest, part);
  if (Array.isArray(state)) {
    const items = [...(state as readonly State[])];
    if (other === undefined) items.splice(Number(name), 1);
    else items[Number(name)] = other;
    return items;
  }
  const { [name]: _, ...others } = state as { readonly [name: string]: State };
  return other === undefined ? others : { ...others, [name]: other };
}

function isSame(a: State | undefined, b: State): boolean {
  if (Object.is(a, b)) return true;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b))
    return (
      a.constructor === b.constructor &&
      a.byteLength === b.byteLength &&
      Array.from(a as Vector).every((x, k) => Object.is(x, (b as Vector)[k]))
    );
  const isEmpty = (x: unknown): boolean => typeof x === 'object' && x !== null && Object.keys(x).length === 0;
  return isEmpty(a) && isEmpty(b) && Array.isArray(a) === Array.isArray(b);
}

function show(state: State): string {
  return typeof state === 'number' ? String(state) : JSON.stringify(state);
}
