import { badSnapshot, type Json, type State, type Vector } from './state.ts';
import { KINDS, narrowed, type VectorKind, widened } from './vectorBytes.ts';

// In JSON a vector is an object with one field: its name says which numbers they are, how they are stored where that is
// narrower, and how many there are where zeros at the end were left out; its value is their bytes, in base64:
// {"$f32":"…"}, {"$f64:u8:240":"…"}. An object of a state that would look the same is wrapped as {"$object":…}.

/** A state as JSON. */
export function toText(state: State): Json {
  if (typeof state !== 'object' || state === null) return state;
  if (ArrayBuffer.isView(state)) return vectorToText(state as Vector);
  if (Array.isArray(state)) return state.map(toText);
  const object: Record<string, Json> = {};
  const names = Object.keys(state);
  for (const name of names) put(object, name, toText((state as { readonly [name: string]: State })[name]));
  return names.length === 1 && names[0].startsWith('$') ? { $object: object } : object;
}

/**
 * The state that `toText` made this of.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when a vector cannot be read
 */
export function fromText(json: Json): State {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(fromText);
  const given = json as { readonly [name: string]: Json };
  const names = Object.keys(given);
  if (names.length === 1 && names[0].startsWith('$') && names[0] !== '$object')
    return vectorFromText(names[0], given[names[0]]);
  const isWrapped = names.length === 1 && names[0] === '$object';
  const inner = isWrapped ? (given.$object as { readonly [name: string]: Json }) : given;
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) throw unreadable('$object');
  const object: Record<string, State> = {};
  for (const name of Object.keys(inner)) put(object, name, fromText(inner[name]));
  return object;
}

function vectorToText(vector: Vector): Json {
  const { kind, stored, bytes, length, count } = narrowed(vector);
  const name = `$${kind}${stored === kind && count === length ? '' : `:${stored}`}${count === length ? '' : `:${length}`}`;
  return { [name]: toBase64(bytes) };
}

function vectorFromText(name: string, value: Json): Vector {
  const [kind, stored = kind, length, ...more] = name.slice(1).split(':');
  if (!isKind(kind) || !isKind(stored) || more.length > 0 || typeof value !== 'string')
    throw unreadable(name);
  const bytes = fromBase64(value);
  const count = bytes === undefined ? Number.NaN : bytes.length / KINDS[stored].BYTES_PER_ELEMENT;
  const vector = bytes && widened(kind, stored, bytes, length === undefined ? count : Number(length));
  if (vector === undefined) throw unreadable(name);
  return vector;
}

function isKind(name: string): name is VectorKind {
  return Object.hasOwn(KINDS, name);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x2000)
    // Spreading would go through the iterator: thirteen times as long.
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + 0x2000));
  return btoa(text);
}

/** undefined where it is no base64. */
function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = binary.charCodeAt(k);
  return bytes;
}

/** Sets a field of any name: `__proto__` too, which an assignment would take for something else. */
export function put<T>(object: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

function unreadable(name: string): Error {
  return badSnapshot(`snapshot: a list of numbers cannot be read: ${JSON.stringify(name)}`);
}
