import { type JsonSchema, SECRET, schemaOfKind, TEXT } from '../../src/cli/options/optionForm.ts';
import { POLICY_NAMES } from '../../src/cli/options/policy.ts';
import { SEVERITIES } from '../../src/core/reading.ts';
import { streamDetectorTable } from '../../src/models/streamDetectorOptions.ts';
import { webhookFormatNames } from '../../src/sinks/formats/webhookFormatNames.ts';

const TEXTS: JsonSchema = { type: 'array', items: TEXT, minItems: 1 };
const NUMBER: JsonSchema = { type: 'number' };
const EVENTS: JsonSchema = { type: 'integer', minimum: 1 };

/** An object of which these are all the fields. */
export function objectOf(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

const WEEKLY = objectOf({
  days: { type: 'array', items: schemaOfKind(streamDetectorTable.holidaysAs.kind) },
  from: TEXT,
  to: TEXT,
  timeZone: TEXT,
});

const MOMENT: JsonSchema = { anyOf: [TEXT, NUMBER] };

const SUPPRESSION = objectOf({
  name: TEXT,
  below: { anyOf: [NUMBER, { type: 'array', items: NUMBER }] },
  belowShare: NUMBER,
  direction: { enum: ['up', 'down'] },
  weekly: WEEKLY,
  between: objectOf({ start: MOMENT, end: MOMENT }),
  keys: TEXTS,
});

/** What tables of options do not say of the settings of a policy: the fields of those that are objects. */
const STRUCTURED: Readonly<Record<string, JsonSchema>> = {
  suppress: { type: 'array', items: SUPPRESSION },
  confirm: { anyOf: [EVENTS, objectOf({ events: EVENTS, of: EVENTS }, ['events'])] },
  recurring: {
    anyOf: [
      { enum: ['normal', 'anomalous'] },
      objectOf({
        learn: { type: 'number', minimum: 0, maximum: 1 },
        acceptAfter: { anyOf: [{ enum: [false] }, EVENTS] },
      }),
    ],
  },
  budget: {
    anyOf: [
      { type: 'boolean' },
      objectOf({
        rise: { type: 'number', exclusiveMinimum: 0 },
        memory: { type: 'number', exclusiveMinimum: 0 },
      }),
    ],
  },
  holidays: { type: 'array', items: TEXT },
};

/** What a file of --policy has. */
export const POLICY: JsonSchema = objectOf(
  Object.fromEntries(
    POLICY_NAMES.map((name) => {
      const { kind, about } = streamDetectorTable[name];
      return [name, { ...(STRUCTURED[name] ?? schemaOfKind(kind)), description: about }];
    }),
  ),
);

const SECRET_TEXT = SECRET.schema;

const WEBHOOK = objectOf(
  {
    format: { enum: webhookFormatNames },
    url: SECRET_TEXT,
    token: SECRET_TEXT,
    secret: SECRET_TEXT,
    headers: { type: 'object', additionalProperties: SECRET_TEXT },
    giveUpOn: { type: 'array', items: { type: 'integer', minimum: 300, maximum: 599 } },
  },
  ['url'],
);

const MAIL = objectOf({ format: { enum: ['email'] }, url: SECRET_TEXT, from: TEXT, to: TEXTS }, [
  'format',
  'url',
  'from',
  'to',
]);

const ROUTE = objectOf(
  {
    to: TEXTS,
    keys: TEXTS,
    severity: { enum: SEVERITIES.slice(1) },
    confirm: { type: 'integer', minimum: 1, maximum: 1000 },
    quiet: WEEKLY,
  },
  ['to'],
);

/** What a file of --alerts-config has. */
export const ALERTS: JsonSchema = objectOf(
  {
    sinks: { type: 'object', additionalProperties: { anyOf: [WEBHOOK, MAIL] }, minProperties: 1 },
    routes: { type: 'array', items: ROUTE, minItems: 1 },
  },
  ['sinks'],
);
