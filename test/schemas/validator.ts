import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A validator of JSON Schema, as far as it is used here. */
export interface Validate {
  (value: unknown): boolean;
  readonly errors: readonly object[] | null;
}

interface Ajv {
  compile(schema: object): Validate;
}

// Loaded by name, so that the types of the rest do not need it.
const { default: Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as {
  readonly default: new (options: object) => Ajv;
};

/** A schema of the package, such as `config`. */
export function schemaNamed(name: string): object {
  return JSON.parse(
    readFileSync(new URL(`../../src/schemas/${name}.json`, import.meta.url), 'utf8'),
  ) as object;
}

/** A validator for a schema; `$ref` to a file of the package is resolved. */
export function validatorOf(schema: object): Validate {
  return new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
}
