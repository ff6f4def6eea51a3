import { Command, type Option } from 'commander';
import { alertOptions } from './alertOptions.ts';
import { configOptions } from './configOptions.ts';
import { aheadOption, covariateOption } from './forecastOptions.ts';
import { influxOptions } from './influxOptions.ts';
import { mqttOptions } from './mqttOptions.ts';
import { natsOptions } from './natsOptions.ts';
import {
  absentAfterOption,
  adaptOption,
  checkpointEveryOption,
  fleetOption,
  forecasterOption,
  historyOption,
  keyOption,
  maxKeysOption,
  onBadDataOption,
  passesOption,
  scorerOption,
  seedOption,
  timeOption,
  transformOption,
  valueOption,
} from './options.ts';
import { otlpOptions } from './otlpOptions.ts';
import { policyOptions } from './policy.ts';
import { prometheusOptions } from './prometheusOptions.ts';
import { rareOptions } from './rareFlags.ts';
import { redisOptions } from './redisOptions.ts';
import { tableOptions } from './tableOptions.ts';

/** Options of several commands that belong together, explained on a screen of their own: `rx-anomaly help policy`. */
interface Topic {
  /** In a list of topics. */
  readonly about: string;
  readonly description: string;
  readonly options: () => readonly Option[];
  readonly text?: string;
}

type TopicName =
  | 'table'
  | 'rare'
  | 'policy'
  | 'model'
  | 'influx'
  | 'mqtt'
  | 'prometheus'
  | 'nats'
  | 'otlp'
  | 'redis'
  | 'verdicts'
  | 'dashboard'
  | 'alerts'
  | 'config'
  | 'quality';

/** Of sources that are no tables. */
const DERIVED = '--rate and --resample are as with a table: rx-anomaly help table.';

const TOPICS: Readonly<Record<TopicName, Topic>> = {
  table: {
    about: 'how a table is written',
    description:
      'How detect, backtest, forecast, inspect and serve read a table. Delimiter, header, columns, the forms of times and numbers, ' +
      'encoding and series are recognised from the first rows and reported on standard error; what is doubtful is a ' +
      'warning that names the row and the option that decides, what cannot be read for sure an error.',
    options: () => [timeOption(), valueOption(), keyOption(), ...tableOptions()],
  },
  rare: {
    about: 'categories, logs',
    description:
      'How detect and serve find rare and new categories: states and event types in a column, or lines of a log. An event is flagged ' +
      'where those as rare or rarer are less than 1 in 1,000 (--sensitivity), after 1,000 events at the earliest, with times ' +
      'after 2,000.',
    options: () => rareOptions(),
    text: `
Examples:
  rx-anomaly detect states.csv --rare state --output incidents
  rx-anomaly detect app.ndjson --rare event.type --key host
  journalctl -o short-iso -f | rx-anomaly detect - --rare --checkpoint state
  journalctl -o short-iso -f | rx-anomaly serve - --rare --webhook URL

A log is text, a line for each entry. A line may begin with its time (ISO 8601,
as of syslog, a web server, ctime or glog, or seconds since 1970; without a zone
that of --time-zone; in JSON and logfmt the field time, timestamp, ts or date);
the rest is its message, in JSON message, error and level, and what messages of
a kind have in common is their category. A line that is indented belongs to the
one before it, as in a stack trace; another one without a time is an entry at
the time of the one before it, and is counted. A line that is no text is
counted, left out. Of lines of JSON --rare FIELD has the values of a field, such
as level or event.type; --key FIELD the streams.

What is flagged is of severity high at least where its level (in JSON, logfmt,
brackets or capitals) is fatal, critical, alert, emergency or panic, of medium
where it is an error.

A verdict's value is -log10 of the chance of an event as rare or rarer; rarity
has category, kind (new, rare, hours: for the time of day), count and chance. A
category that was flagged opens no other incident for --repeat events. With
--checkpoint counts and templates are saved, and lines continue as rows do.`,
  },
  policy: {
    about: 'what is flagged',
    description:
      'What is an anomaly and what an alert. Too many alerts: lower --sensitivity first, then suppress what is of no ' +
      'interest, then --confirm. Too few: a higher --sensitivity.',
    options: () => [...policyOptions(), absentAfterOption()],
    text: `
A policy file has these settings and more in one place:
  {"sensitivity": "high", "confirm": 2, "suppress": [
    {"name": "maintenance", "weekly": {"days": ["sun"], "from": "02:00",
     "to": "04:00", "timeZone": "Europe/Berlin"}},
    {"name": "small", "below": 0.5, "keys": ["pump-7"]}]}`,
  },
  model: {
    about: 'what forecasts and scores',
    description: 'The models of a stream. The defaults suit most streams.',
    options: () => [...modelOptions(), ...historyOptions()],
  },
  influx: {
    about: 'reading an InfluxDB',
    description:
      'How detect and serve read an InfluxDB. The schema is checked at the start; a server that does not answer is asked ' +
      'again, with growing pauses.',
    options: () => influxOptions('detect'),
    text: `
INFLUX_TOKEN, INFLUX_USERNAME and INFLUX_PASSWORD keep secrets off the command
line; serve reads them from there only, for its --token is the dashboard's.
--poll, --allowed-lateness and --write-back are options of detect.
${DERIVED}`,
  },
  mqtt: {
    about: 'reading an MQTT broker',
    description:
      'How detect and serve read an MQTT broker (3.1.1 or 5), until interrupted. Each topic is a stream. A broker that ' +
      'does not answer is asked again, with growing pauses. Needs the package mqtt: npm install mqtt@5.',
    options: () => mqttOptions(),
    text: `
A message is one number, or JSON: --value then has the path of the value (such
as temperature, data.temp or readings.0; several, separated by commas, for
several dimensions), --time that of the time. Without it, the time is that at
which the message comes. What cannot be read is left out, counted and reported.

At --qos 1 a message is acknowledged when its verdict is written: after a crash
it comes again. With --client-id the broker keeps what comes meanwhile, as far
as its queue reaches. $share/group/plant/# divides the messages among several
processes. MQTT_USERNAME and MQTT_PASSWORD have the user's name and password,
NODE_EXTRA_CA_CERTS a file with the authority of mqtts:.
${DERIVED}`,
  },
  prometheus: {
    about: 'reading a Prometheus',
    description:
      'How detect and serve read a Prometheus, or what has its API. Each series of the result is a stream. A server that ' +
      'does not answer is asked again, with growing pauses.',
    options: () => prometheusOptions(),
    text: `
--since, --follow and --allowed-lateness are as with an InfluxDB (rx-anomaly
help influx); without --since the last hour is read. A counter is of use only
as a rate: --query 'rate(http_requests_total[5m])'. A series without a sample
at a moment has no reading there; Prometheus looks back five minutes for one.
PROMETHEUS_TOKEN, or PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD, are sent where
they are set.
${DERIVED}`,
  },
  otlp: {
    about: 'receiving metrics by OTLP',
    description:
      'How detect and serve receive metrics of OpenTelemetry by OTLP/HTTP, until interrupted. Each series is a stream. ' +
      'Senders need OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf or http/json; gRPC is refused.',
    options: () => otlpOptions(),
    text: `
Gauges, and sums that may fall, are read as they are; of counters the increase
per second; of histograms and summaries NAME.count per second and NAME.mean. The
key of a stream is its name with its attributes, service.name and
service.instance.id. What cannot be read is refused, counted and reported.

A request is answered when its verdicts are written: what was not is sent again,
for as long as the sender tries. The first point of a counter has no verdict,
also after a restart unless --checkpoint keeps what it had counted.
RX_ANOMALY_OTLP_TOKEN is what senders must send as a bearer token. --resample is
as with a table: rx-anomaly help table.`,
  },
  nats: {
    about: 'reading NATS',
    description:
      'How detect and serve read NATS, until interrupted. Each subject is a stream. Where a JetStream stream keeps the ' +
      'subjects it is read, and --checkpoint saves the position in it; else messages come as they are sent, and those of an ' +
      'outage are lost. Needs npm install @nats-io/transport-node@3 @nats-io/jetstream@3.',
    options: () => natsOptions(),
    text: `
A message is one number, or JSON: --value then has the path of the value (such
as temperature, data.temp or readings.0; several, separated by commas, for
several dimensions), --time that of the time. Without it, the time is that at
which the server has stored the message. What cannot be read is left out, counted
and reported. NATS_USER and NATS_PASSWORD, NATS_TOKEN, or NATS_CREDENTIALS (the
path of a .creds file) say who this is, NODE_EXTRA_CA_CERTS has a file with the
authority of tls:. For many processes on one stream: rx-anomaly worker; serve
--verdicts NAME shows what they detect.
${DERIVED}`,
  },
  redis: {
    about: 'reading streams of a Redis',
    description:
      'How detect and serve read streams of a Redis (7 or later), until interrupted: what is there, then what comes. A ' +
      'server that does not answer is asked again, with growing pauses. Needs the package @redis/client: npm install ' +
      '@redis/client@6.',
    options: () => redisOptions(),
    text: `
--value, --time and --key name fields of an entry, or paths in a field that is
JSON, such as data.temp. Without them the value is in the field value, the time
is that of the id, and each stream of Redis is a stream here. What cannot be
read is left out, counted and reported.

A state of --checkpoint has the last entries that were processed: it resumes
after them. Entries that a stream has lost by then (MAXLEN, MINID, XDEL) are
reported. REDIS_USERNAME and REDIS_PASSWORD have the user's name and password,
NODE_EXTRA_CA_CERTS a file with the authority of rediss:.
${DERIVED}`,
  },
  verdicts: {
    about: 'the fields of a verdict, and what --checkpoint saves',
    description: 'What detect writes, and what is saved in a state.',
    options: () => [checkpointEveryOption()],
    text: `
Fields of a verdict: time (ISO 8601, UTC), key, value, expected, lower, upper
(the forecast's 95 % band), residual, score (0 to 1), severity (none, low,
medium, high, critical), isAnomaly, warmingUp, imputed, startOfIncident,
drift (true where a change of the process was detected), suppressed (the rule
that suppressed an anomaly), absence (with --absent-after: began in a line of
its own where a key falls silent, ended where it returns), attribution; with
--ahead, in JSON, also ahead after every n-th row (n: a sixteenth of the steps):
step, time, expected and quantiles (0.1, 0.5, 0.9) of the next rows. With
several value columns the numeric ones are arrays (in CSV: a column each). A
column whose name holds a comma is named in quotes, as in CSV.

With --checkpoint, rows that an earlier run has processed are skipped, by
time and by count at equal times: both the same file grown longer and the next
file continue the stream as if it had never been interrupted. serve resumes from
the same state. After a crash (SIGKILL, loss of power) the verdicts since the
last state come again: the same ones, so that standard output may have them
twice; --write-back overwrites them, so that InfluxDB has each once.`,
  },
  dashboard: {
    about: 'feedback and figures of serve',
    description: 'What the dashboard of serve does.',
    options: () => [checkpointEveryOption()],
    text: `
/metrics has figures for Prometheus, /healthz reports whether the source is
alive.

"This is normal" widens the range of that stream: an anomaly whose value and
whose distance from the forecast both lie in what was marked as normal is
suppressed. "Missed" reverts that, and lowers the stream's threshold so far that
the event would have been flagged, but not below half of the usual evidence.

/labels.json has what people have reported, for backtest and tune --labels: a
window for each incident that was acknowledged and each missed anomaly, none for
what is normal. Streams that nobody has looked at are left out. /changes.json
has the lasting changes of a certainty of 0.7 and more, as detect --output
changes writes them; charts mark them.

With --checkpoint all of it survives a restart or a crash: models, incidents,
feedback, changes, the position in the source, the last 500 records of each
stream. After a crash the alerts since the last state come again, with the same id. detect
resumes from the same state.`,
  },
  alerts: {
    about: 'where alerts go, and what they are like',
    description:
      'What serve sends when an incident begins, and when it has ended; alert-test tries it out. An alert is sent again until ' +
      'it is accepted, for as long as the process lives, and from the state of --checkpoint after a restart.',
    options: () => alertOptions(),
    text: `
A file of --alerts-config:
  {"sinks": {
     "team": {"format": "slack", "url": {"env": "SLACK_URL"}},
     "on-call": {"format": "pagerduty", "token": {"file": "/run/secrets/pd"},
       "url": "https://events.pagerduty.com/v2/enqueue"},
     "mail": {"format": "email", "url": {"env": "SMTP_URL"},
       "from": "alerts@example.org", "to": ["ops@example.org"]}},
   "routes": [
     {"to": ["on-call"], "keys": ["pump-*"], "severity": "high"},
     {"to": ["team", "mail"], "quiet": {"from": "22:00", "to": "06:00",
       "timeZone": "Europe/Berlin"}}]}
An alert goes to every sink to which a route leads that fits, once. One that
becomes severe enough later is sent then; with "confirm": 3 from its third
flagged event on. What comes in quiet hours is sent after
them; critical alerts do not wait. Without routes everything goes to all sinks.
Mail needs the package nodemailer.

Of --webhook, RX_ANOMALY_WEBHOOK_TOKEN is the key of pagerduty and opsgenie, or
an access token; where RX_ANOMALY_WEBHOOK_SECRET is set requests are signed: the
header X-Rx-Anomaly-Signature is t=<seconds>,v1=<HMAC-SHA256 of "t.body">.

With --group the alert names the stream that began first, and those that began by
then; where more join within the time, one more names all of them.`,
  },
  config: {
    about: 'options in a file',
    description:
      'Options of detect, serve, worker, backtest, forecast, inspect and telegraf in a file: rx-anomaly.config.json, or .js whose ' +
      'default export is an object or a function of { command }, which is JavaScript that is run. The command line wins over ' +
      'the environment, that over the file.',
    options: () => configOptions(),
    text: `
  {"$schema": "./node_modules/rx-anomaly/dist/schemas/config.json",
   "value": ["temp", "rpm"], "sensitivity": "high", "timeZone": "Europe/Berlin",
   "policy": {"suppress": [{"below": 0.5}]},
   "serve": {"port": 9000, "token": {"env": "TOKEN"},
     "alertsConfig": {"sinks": {"team": {"url": {"file": "/run/url"}}}}}}

A key is an option without its dashes (timeZone is --time-zone); --no-baselines
is "baselines": false. "paths" has the tables. Numbers, true and false are as in
JSON, lists are lists, or as on the command line. Under the name of a command
are options of that command alone; the others must be options of every command
that reads the file. "policy" and "alertsConfig" have a path, or what the file
would have. Paths start at the working directory. What is secret may be
{"env": "NAME"} or {"file": "PATH"}.

An option that is unknown, wrong or without effect is an error that names file
and key. A value that is the default counts as not given.`,
  },
  quality: {
    about: 'what the results of bench-quality are worth',
    description:
      'Best thresholds are chosen with the labels in view: they show what a score could do, not what users get. --folds ' +
      'and --leave-out of bench-quality show the results of a choice on series that took no part in it.',
    options: () => [],
    text: `
With --folds 5 the series of each set are assigned to five folds, of each folder
the same number to each. "Held out" means that every fold is detected
- at the threshold that is best on the other four, by the same measure;
- by the configuration that is best on the other four, at its own threshold: by
  NAB's standard score where a set has its layout, elsewhere by F1 of alerts,
  and for all sets together by the mean of these from 0 to 1.
All folds, in each of ten assignments, make one figure. This needs no further
runs, and in each set at least as many series as there are folds.

Series of one folder are alike. --leave-out chooses over whole folders: for
each, the configuration that is best on the mean of all others, with its results
on the folder that took no part in the choice.`,
  },
};

/** What forecasts, what scores and what is done about bad data. */
export function modelOptions(): readonly Option[] {
  return [
    transformOption(),
    forecasterOption(),
    adaptOption(),
    scorerOption(),
    onBadDataOption(),
    seedOption(),
    maxKeysOption(),
    fleetOption(),
    aheadOption(),
    covariateOption(),
  ];
}

/** What is learnt before the first row. */
export function historyOptions(): readonly Option[] {
  return [historyOption(), passesOption()];
}

/** `rx-anomaly help NAME` of a topic. */
export function topicCommand(name: string): Command {
  const { description, options, text = '' } = TOPICS[name as TopicName];
  const explained = options();
  const command = new Command(name)
    .description(description)
    .usage(
      `(an explanation, not a command${explained.length > 0 ? ': add the options to one that has them' : ''})`,
    )
    .helpOption(false);
  for (const option of explained) command.addOption(option);
  return command.addHelpText('after', text).action(() => command.outputHelp());
}

/**
 * Gives a command the options of topics, with a help of one screen: a topic's options are named there in a line, and
 * explained by `rx-anomaly help TOPIC`.
 *
 * @param topics the options of each that the command has
 * @param shown names of those that its own help explains, such as `--sensitivity`
 */
export function addTopics(
  command: Command,
  topics: Partial<Record<TopicName, readonly Option[]>>,
  shown: readonly string[],
  examples: string,
): Command {
  const all = { ...topics, config: configOptions() };
  const has = (option: Option): boolean => command.options.some(({ long }) => long === option.long);
  const lines = Object.entries(all).map(([name, options]) => {
    const added: Option[] = [];
    for (const option of options) {
      if (has(option)) continue; // the command has one of its own
      command.addOption(shown.includes(option.long!) ? option : option.hideHelp());
      added.push(option);
    }
    const names = added.filter(({ hidden }) => hidden).map(({ long }) => long!);
    const { about } = TOPICS[name as TopicName];
    return wrapped(`  ${name.padEnd(11)}`, names.length === 0 ? about : `${about}: ${names.join(', ')}`);
  });
  return command.addHelpText(
    'after',
    `\nMore options, explained by rx-anomaly help TOPIC:\n${lines.join('\n')}\n${examples}`,
  );
}

/** A text after `head`, in lines of at most 80 characters. */
function wrapped(head: string, text: string): string {
  const lines = [head];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last.length + word.length + 1 > 80) lines.push(`${' '.repeat(head.length)} ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
