import { readFileSync } from 'node:fs';

/** The part of JSON Schema that the recorded schemas use, with `values` of all properties and `maxBytes` of the JSON. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean;
  readonly values?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxBytes?: number;
  readonly pattern?: string;
}

/** What a service takes, as its documentation says. */
export function schemaOf(name: string): Schema {
  return JSON.parse(readFileSync(new URL(`schemas/${name}.json`, import.meta.url), 'utf8')) as Schema;
}

/** Where a value is not as the schema has it, a line each. */
export function faults(schema: Schema, value: unknown, place = '$'): string[] {
  const { type, pattern, maxBytes } = schema;
  const bytes = Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
  const found = maxBytes !== undefined && bytes > maxBytes ? [`${place}: ${bytes} bytes`] : [];
  if (schema.enum !== undefined && !schema.enum.includes(value)) found.push(`${place}: not one of the list`);
  if (type !== undefined && typeOf(value) !== type) return [...found, `${place}: no ${type}`];
  if (typeof value === 'string') {
    const { length } = value;
    if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? Number.POSITIVE_INFINITY))
      found.push(`${place}: ${length} characters`);
    if (pattern !== undefined && !new RegExp(pattern).test(value)) found.push(`${place}: not ${pattern}`);
  } else if (Array.isArray(value)) {
    const { length } = value;
    if (length < (schema.minItems ?? 0) || length > (schema.maxItems ?? Number.POSITIVE_INFINITY))
      found.push(`${place}: ${length} items`);
    value.forEach((item, at) => void found.push(...faults(schema.items ?? {}, item, `${place}[${at}]`)));
  } else if (typeof value === 'object' && value !== null) {
    for (const name of schema.required ?? []) if (!(name in value)) found.push(`${place}: no ${name}`);
    for (const [name, each] of Object.entries(value)) {
      const known = schema.properties?.[name] ?? schema.values;
      if (known !== undefined) found.push(...faults(known, each, `${place}.${name}`));
      else if (schema.additionalProperties === false) found.push(`${place}: ${name} is not known`);
    }
  }
  return found;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
