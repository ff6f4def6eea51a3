import type { Command, Option } from 'commander';
import { filedOptions, PATHS } from '../../src/cli/config/configValues.ts';
import { formOf, type JsonSchema, TEXT } from '../../src/cli/options/optionForm.ts';
import { ALERTS, objectOf, POLICY } from './nestedSchemas.ts';

/** What an option with a file of JSON may have in its place. */
const CONTENTS: Readonly<Record<string, JsonSchema>> = { policy: POLICY, alertsConfig: ALERTS };

/**
 * The schema of a configuration, from the options of the commands that read it.
 *
 * @param commands all of them
 */
export function configSchema(commands: readonly Command[]): object {
  const bySection = commands.map((command) => [command.name(), propertiesOf(command)] as const);
  const shared: Record<string, JsonSchema> = {};
  for (const [, properties] of bySection)
    for (const [key, schema] of Object.entries(properties)) {
      const { [key]: known = schema } = shared;
      shared[key] = isSame(known, schema) ? known : either(known, schema);
    }
  // What is the same in a section as for all is there once.
  const sections = bySection.map(([name, properties]) => {
    const own = Object.entries(properties).map(([key, schema]): [string, JsonSchema] => [
      key,
      isSame(schema, shared[key]!) ? { $ref: `#/properties/${key}` } : schema,
    ]);
    return [name, { ...objectOf(Object.fromEntries(own)), description: `Options of ${name} alone` }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Options of rx-anomaly: rx-anomaly.config.json',
    ...objectOf({
      $schema: TEXT,
      $from: { type: 'object', description: 'Where --print-config had each value from; not read' },
      ...shared,
      ...Object.fromEntries(sections),
    }),
  };
}

function propertiesOf(command: Command): Record<string, JsonSchema> {
  const options = filedOptions(command).map((option): [string, JsonSchema] => [
    option.attributeName(),
    schemaOf(option),
  ]);
  const paths: JsonSchema = {
    anyOf: [TEXT, { type: 'array', items: TEXT, minItems: 1 }],
    description: 'Tables to read',
  };
  return {
    ...(command.registeredArguments.length === 0 ? {} : { [PATHS]: paths }),
    ...Object.fromEntries(options),
  };
}

function schemaOf(option: Option): JsonSchema {
  const { schema, isJsonFile } = formOf(option);
  const contents = CONTENTS[option.attributeName()];
  const whole = isJsonFile && contents !== undefined ? { anyOf: [TEXT, contents] } : schema;
  // Of --no-schema-check the key is schemaCheck.
  return { ...whole, description: option.negate ? `false: ${option.description}` : option.description };
}

/** What either takes. */
function either(a: JsonSchema, b: JsonSchema): JsonSchema {
  const { description: _, ...ofA } = a;
  const { description: __, ...ofB } = b;
  if (isSame(ofA, ofB)) return ofA;
  const all = [...(ofA.anyOf ?? [ofA]), ...(ofB.anyOf ?? [ofB])];
  return { anyOf: all.filter((each, at) => all.findIndex((other) => isSame(each, other)) === at) };
}

function isSame(a: JsonSchema, b: JsonSchema): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
