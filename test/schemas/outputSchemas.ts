import { type JsonSchema, TEXT } from '../../src/cli/options/optionForm.ts';
import type { IncidentLine, PeakLine } from '../../src/cli/output/incidentFormat.ts';
import type { StepLine, VerdictLine } from '../../src/cli/output/verdictFormat.ts';
import { type Rarity, SEVERITIES } from '../../src/core/reading.ts';
import type { ChangeLine } from '../../src/models/changes/changeLine.ts';
import type { PeerComparison } from '../../src/models/population/peerComparison.ts';
import type { AlertJson, GroupedJson } from '../../src/sinks/alertJson.ts';
import { objectOf } from './nestedSchemas.ts';

/** A schema for each field of what is reported: the compiler refuses a field without one. */
type Fields<T> = { readonly [K in keyof T]-?: JsonSchema };

const NULL: JsonSchema = { type: 'null' };
const FLAG: JsonSchema = { type: 'boolean' };
const COUNT: JsonSchema = { type: 'integer', minimum: 1 };
const NUMBER_OR_NULL: JsonSchema = { anyOf: [{ type: 'number' }, NULL] };
const NUMBERS: JsonSchema = { type: 'array', items: NUMBER_OR_NULL, minItems: 1 };
const SCORE: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const SEVERITY: JsonSchema = { enum: SEVERITIES };
const KEY = about({ anyOf: [TEXT, NULL] }, 'The stream; null where there is only one');

function about(schema: JsonSchema, description: string): JsonSchema {
  return { ...schema, description };
}

function time(description: string): JsonSchema {
  return { anyOf: [{ type: 'string', format: 'date-time' }, NULL], description };
}

/** A number, or one for each dimension. */
function value(description: string): JsonSchema {
  return { anyOf: [{ type: 'number' }, NULL, NUMBERS], description };
}

/** An object of these fields, of which some may be left out. */
function fieldsOf<T>(fields: Fields<T>, optional: readonly (keyof T & string)[] = []): JsonSchema {
  const names = Object.keys(fields).filter((name) => !(optional as readonly string[]).includes(name));
  return objectOf(fields as Readonly<Record<string, JsonSchema>>, names);
}

const WHEN = 'ISO 8601, UTC; null without times';
const EXPECTED = 'The forecast, made before the value was seen; null while there is none';
const LOWER = "Lower end of the forecast's 95 % band";
const UPPER = "Upper end of the forecast's 95 % band";
const SHARES = 'Share of each dimension in the score';

const STEP = fieldsOf<StepLine>({
  step: about(COUNT, '1 for the next event'),
  time: time(WHEN),
  expected: value('The median'),
  quantiles: { type: 'object', additionalProperties: value('By probability') },
});

const PEERS = fieldsOf<PeerComparison>({
  count: about({ type: 'integer', minimum: 0 }, 'Keys that it is compared with'),
  median: about(
    NUMBERS,
    'Of what each has beyond its usual offset, per dimension; null where they are too few',
  ),
  spread: about(NUMBERS, 'About it, per dimension'),
  distance: about(NUMBER_OR_NULL, 'To the median, in units of the spread'),
  isOutlier: FLAG,
});

const NATURAL: JsonSchema = { type: 'integer', minimum: 0 };

const RARITY = fieldsOf<Rarity>(
  {
    category: about(TEXT, 'The category, or the template of the line'),
    kind: about({ enum: ['new', 'rare', 'hours'] }, 'hours: rarest by the time of day'),
    chance: about(SCORE, 'Of an event that is as rare or rarer'),
    count: about(NATURAL, 'Events of the category before this one'),
    of: about(NATURAL, 'All events before it'),
    hours: about(
      objectOf({ from: NATURAL, to: NATURAL, timeZone: TEXT, count: NATURAL, of: NATURAL }, [
        'from',
        'to',
        'timeZone',
        'count',
        'of',
      ]),
      'The same in this part of the day; left out without times',
    ),
    categories: about(NATURAL, 'Categories that are remembered'),
    forgotten: about(NATURAL, 'Categories that were forgotten so far'),
  },
  ['hours'],
);

const VERDICT = fieldsOf<VerdictLine>(
  {
    time: time(WHEN),
    row: about(COUNT, 'The row of a table, where it has no time'),
    key: KEY,
    value: value('The value; null where it is missing'),
    expected: value(EXPECTED),
    lower: value(LOWER),
    upper: value(UPPER),
    residual: value('value − expected'),
    score: about(SCORE, 'High is anomalous'),
    severity: about(SEVERITY, 'none unless isAnomaly'),
    isAnomaly: FLAG,
    warmingUp: about(FLAG, 'Whether too little was seen to flag anything'),
    imputed: about(FLAG, 'Whether the value was missing or unusable and was filled in'),
    startOfIncident: about(FLAG, 'Whether an incident begins here'),
    drift: about({ enum: [false, 'level', 'scale', 'shape'] }, 'A lasting change that was detected here'),
    suppressed: about({ anyOf: [TEXT, NULL] }, 'The rule that suppressed an anomaly'),
    absence: about({ enum: [null, 'began', 'ended'] }, 'Where a key falls silent, and where it returns'),
    attribution: value(SHARES),
    ahead: about({ type: 'array', items: STEP, minItems: 1 }, 'The next events, with --ahead'),
    peers: about({ anyOf: [PEERS, NULL] }, 'What the key is compared with, with --population'),
    rarity: about(RARITY, 'How rare its category is, with --rare'),
  },
  ['row', 'ahead', 'peers', 'rarity'],
);

const PEAK = fieldsOf<PeakLine>(
  {
    ...{ time: time(WHEN), row: COUNT, score: SCORE, value: value('The value'), expected: value(EXPECTED) },
    ...{ lower: value(LOWER), upper: value(UPPER), attribution: value(SHARES) },
    rarity: about(RARITY, 'How rare its category is, with --rare'),
  },
  ['row', 'rarity'],
);

const KIND = about({ enum: ['value', 'absence'] }, 'Flagged events, or silence');
const START = time('The first flagged event; of an absence the last event before');
const ENDED_BY = about(
  { enum: ['expired', 'evicted'] },
  'Where no event has ended it: no more came, or its model gave way to others',
);
const EVENTS = about(COUNT, 'Flagged events');

const INCIDENT = fieldsOf<IncidentLine>(
  {
    kind: KIND,
    key: KEY,
    start: START,
    end: time('The last flagged event; of an absence the return'),
    startRow: about(COUNT, 'Rows of a table without times'),
    endRow: COUNT,
    count: EVENTS,
    severity: about(SEVERITY, 'The highest that was reached'),
    open: about(FLAG, 'Whether the stream ended before it did'),
    endedBy: ENDED_BY,
    why: about(TEXT, 'A sentence or two'),
    peak: about(PEAK, 'The event with the highest score'),
  },
  ['startRow', 'endRow', 'endedBy'],
);

const CHANGE = fieldsOf<ChangeLine>({
  kind: about({ enum: ['level', 'slope', 'scale'] }, 'What has changed for good'),
  key: KEY,
  time: time('When it changed, as estimated: the first event after it; null without times'),
  detectedAt: time('The event at which it was detected'),
  eventsAgo: about(COUNT, 'Events from the first one after the change to that one'),
  column: about({ anyOf: [TEXT, NULL] }, 'The value'),
  before: about({ type: 'number' }, 'In the unit of the value, of a slope per event'),
  after: { type: 'number' },
  size: about({ type: 'number' }, 'after − before'),
  certainty: about(
    { type: 'number', minimum: 0, maximum: 0.8 },
    'The estimated share of such findings that are real',
  ),
});

const GROUPED: Fields<GroupedJson> = {
  kind: KIND,
  key: KEY,
  start: START,
  end: time('null until it has ended'),
  endedBy: ENDED_BY,
  count: EVENTS,
  severity: SEVERITY,
  score: SCORE,
  first: about(SCORE, 'How likely its stream began first, where that is known of earlier groups'),
  seen: about(NATURAL, 'In how many earlier groups its order was seen'),
};

const ALERT = fieldsOf<AlertJson>(
  {
    phase: { enum: ['began', 'updated', 'ended'] },
    id: about(TEXT, 'The same for all alerts of an incident or a group'),
    ...{
      kind: KIND,
      key: KEY,
      start: START,
      end: GROUPED.end,
      endedBy: ENDED_BY,
      count: EVENTS,
      severity: SEVERITY,
      score: SCORE,
    },
    value: about(NUMBERS, 'Of the peak, one for each dimension'),
    expected: NUMBERS,
    lower: NUMBERS,
    upper: NUMBERS,
    attribution: NUMBERS,
    why: about(TEXT, 'A sentence or two'),
    group: objectOf(
      {
        streams: COUNT,
        incidents: {
          type: 'array',
          items: fieldsOf<GroupedJson>(GROUPED, ['endedBy', 'first', 'seen']),
          minItems: 1,
          maxItems: 100,
        },
      },
      ['streams', 'incidents'],
    ),
    text: about(TEXT, 'In one line'),
    link: about(TEXT, 'Where the dashboard opens it'),
  },
  ['endedBy', 'group', 'text', 'link'],
);

function titled(title: string, schema: JsonSchema): object {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema };
}

/** The schemas of what is reported, by the name of their file. */
export const OUTPUTS: Readonly<Record<string, object>> = {
  verdict: titled('A line of rx-anomaly detect', VERDICT),
  incident: titled('A line of rx-anomaly detect --output incidents', INCIDENT),
  change: titled(
    'A line of rx-anomaly detect --output changes, an item of /changes.json of a dashboard',
    CHANGE,
  ),
  alert: titled('The body of a webhook of rx-anomaly, of the format json', ALERT),
};
