import type { JsonSchema } from '../options/optionForm.ts';

/** Whether a value has the type that a schema asks for; bounds are the parser's. */
export function hasType(schema: JsonSchema, value: unknown): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.some((each) => hasType(each, value));
  if (schema.enum !== undefined) return schema.enum.includes(value as string);
  switch (schema.type) {
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'array':
      return (
        Array.isArray(value) &&
        value.length >= (schema.minItems ?? 0) &&
        value.every((item) => hasType(schema.items ?? {}, item))
      );
    case 'object': {
      if (Object.prototype.toString.call(value) !== '[object Object]') return false;
      const { properties, required = [] } = schema;
      const fields = Object.entries(value as object);
      return (
        required.every((name) => fields.some(([field]) => field === name)) &&
        (properties === undefined ||
          fields.every(([name, field]) => name in properties && hasType(properties[name]!, field)))
      );
    }
    case undefined:
      return true;
    default:
      return typeof value === schema.type;
  }
}

/** What a schema takes, for messages: `a number or text`. */
export function describe(schema: JsonSchema): string {
  const parts = [...new Set(partsOf(schema))];
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`;
}

function partsOf({ anyOf, enum: names, type, items, properties }: JsonSchema): string[] {
  if (anyOf !== undefined) return anyOf.flatMap(partsOf);
  if (names !== undefined) return [`one of ${names.filter((each) => !isTwin(each, names)).join(', ')}`];
  switch (type) {
    case 'boolean':
      return ['true or false'];
    case 'string':
      return ['text'];
    case 'array':
      return [
        `a list of ${describe(items ?? {}).replace(/^(a number|text|an integer)$/, (one) => PLURALS[one]!)}`,
      ];
    case 'integer':
      return ['an integer'];
    case 'object':
      return [properties === undefined ? 'an object' : `{ "${Object.keys(properties)[0]}": … }`];
    default:
      return ['a number'];
  }
}

const PLURALS: Readonly<Record<string, string>> = {
  'a number': 'numbers',
  'an integer': 'integers',
  text: 'texts',
};

/** The number that stands next to the same choice as text. */
function isTwin(each: unknown, names: readonly unknown[]): boolean {
  return typeof each === 'number' && names.includes(String(each));
}
