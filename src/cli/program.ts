import { Command, CommanderError } from 'commander';
import { fileFault, messageOf, RxAnomalyError } from '../core/errors.ts';
import { nearestName } from '../core/options.ts';
import { givenTo } from './options/given.ts';
import { Interrupted } from './run/interrupt.ts';
import { VERSION } from './version.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

/** A command by its name: what the list of commands says of it, and how it is loaded when it is asked for. */
interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  detect: {
    summary: 'flag anomalies in a table, a verdict for every row',
    load: async () => (await import('./commands/detect.ts')).detectCommand(),
  },
  backtest: {
    summary: 'score recorded streams and compare with their labels',
    load: async () => (await import('./commands/backtest.ts')).backtestCommand(),
  },
  forecast: {
    summary: 'forecast the next rows of a table, with intervals',
    load: async () => (await import('./commands/forecast.ts')).forecastCommand(),
  },
  inspect: {
    summary: 'look inside the network on one stream',
    load: async () => (await import('./commands/inspect.ts')).inspectCommand(),
  },
  nab: {
    summary: 'run the Numenta Anomaly Benchmark',
    load: async () => (await import('../lab/commands/nab.ts')).nabCommand(),
  },
  'bench-quality': {
    summary: 'compare configurations on labelled series',
    load: async () => (await import('../lab/commands/benchQuality.ts')).benchQualityCommand(),
  },
  'bench-forecast': {
    summary: 'measure the forecasts alone, 1, 4 and 16 events ahead',
    load: async () => (await import('../lab/commands/benchForecast.ts')).benchForecastCommand(),
  },
  tune: {
    summary: 'find the options that suit your labelled streams',
    load: async () => (await import('../lab/commands/tune.ts')).tuneCommand(),
  },
  pretrain: {
    summary: 'train the network that comes with the package',
    load: async () => (await import('../lab/commands/pretrain.ts')).pretrainCommand(),
  },
  demo: {
    summary: 'run on the streams that come with the package',
    load: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  telegraf: {
    summary: 'add anomaly scores to the metrics of a Telegraf agent',
    load: async () => (await import('./commands/telegraf.ts')).telegrafCommand(),
  },
  worker: {
    summary: 'detect with any number of processes on one stream',
    load: async () => (await import('./commands/worker.ts')).workerCommand(),
  },
  status: {
    summary: 'show what the workers on a stream do',
    load: async () => (await import('./commands/status.ts')).statusCommand(),
  },
  serve: {
    summary: 'show streams and their incidents in a browser, live',
    load: async () => (await import('./commands/serve.ts')).serveCommand(),
  },
  'alert-test': {
    summary: 'send a test alert to every sink of a configuration',
    load: async () => (await import('./commands/alertTest.ts')).alertTestCommand(),
  },
};

/** The commands whose options may be in a file. */
const CONFIGURED: readonly string[] = [
  ...['detect', 'serve', 'worker', 'backtest', 'forecast', 'inspect', 'telegraf'],
];

/** Screens of help that are no commands, by what the list says of each. */
const TOPICS: Readonly<Record<string, string>> = {
  table: 'how a table is read',
  rare: 'rare and new categories, and lines of a log',
  policy: 'what is flagged',
  model: 'what forecasts and scores',
  influx: 'reading an InfluxDB',
  mqtt: 'reading an MQTT broker',
  prometheus: 'reading a Prometheus',
  nats: 'reading NATS',
  otlp: 'receiving metrics by OTLP',
  redis: 'reading streams of a Redis',
  verdicts: 'the fields of a verdict, and what a state saves',
  dashboard: 'feedback and figures of serve',
  alerts: 'where alerts go, and what they are like',
  config: 'options in a file',
  quality: 'what the results of bench-quality are worth',
};

const NAMES: readonly string[] = [...Object.keys(COMMANDS), ...Object.keys(TOPICS)];

/** Runs the command that the arguments name, and returns the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let loaded: Command | undefined;
  const program = new Command('rx-anomaly')
    .description(
      'Finds anomalies in time series: a stateful LSTM that learns online, and what its residuals reveal.',
    )
    .version(VERSION)
    .showHelpAfterError('(add --help for the options)')
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: writeHelp,
      outputError: (message, write) =>
        write(`${withNearest(message, loaded).trimEnd()}${fileNote(message, loaded)}\n`),
    })
    .exitOverride()
    .hook('preAction', async (_, command) => {
      const { forecaster, fleet = false, printConfig = false } = command.opts();
      if (printConfig) return;
      if (fleet || forecaster === 'pretrained')
        await (await import('../models/pretrained/pretrainedWeights.ts')).loadPretrainedWeights();
    })
    .addHelpText('after', '\nExit codes: 0 success, 1 failure, 2 wrong usage, 130 or 143 interrupted.');
  const named = argv.slice(2).find((argument) => !argument.startsWith('-') && argument !== 'help');
  if (argv[2] === 'help' && named !== undefined && !NAMES.includes(named)) {
    console.error(withNearest(`error: unknown command '${named}'`, undefined).trimEnd());
    return WRONG_USAGE;
  }
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = name === named ? await load() : new Command(name);
    if (name === named) loaded = command;
    program.addCommand(command.summary(summary).copyInheritedSettings(program));
  }
  for (const [name, summary] of Object.entries(TOPICS)) {
    const topic = name === named ? await topicOf(name) : new Command(name);
    program.addCommand(topic.summary(summary).helpGroup('Topics of help:').copyInheritedSettings(program));
  }
  try {
    const isConfigured = named !== undefined && CONFIGURED.includes(named) && argv[2] !== 'help';
    const more = isConfigured ? await configured(loaded!, argv.slice(argv.indexOf(named, 2) + 1)) : [];
    await program.parseAsync([...argv, ...more]);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error, loaded);
  }
}

/** Gives the command the options of a configuration file. @returns arguments to add */
async function configured(command: Command, args: readonly string[]): Promise<string[]> {
  const { configure } = await import('./config/configure.ts');
  const commands = Object.fromEntries(CONFIGURED.map((name) => [name, COMMANDS[name]!.load]));
  return await configure(command, args, commands, (line) => console.error(line));
}

async function topicOf(name: string): Promise<Command> {
  const { topicCommand } = await import('./options/topics.ts');
  return topicCommand(name);
}

/** Options that some commands have and others may be expected to have, too. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = { '--rare': ['detect', 'serve'] };

/** A message of commander; where an option is unknown, with the one that was probably meant, of those hidden too. */
function withNearest(message: string, command: Command | undefined): string {
  const unknown = /unknown (?:option|command) '([^'=]+)/.exec(message)?.[1];
  const elsewhere = unknown === undefined ? undefined : ELSEWHERE[unknown];
  if (elsewhere !== undefined && !elsewhere.includes(command?.name() ?? ''))
    return `${message.trimEnd()}\n(${unknown} is an option of ${elsewhere.join(' and ')})\n`;
  const known = unknown?.startsWith('-') ? (command?.options.flatMap(({ long }) => long ?? []) ?? []) : NAMES;
  const meant = unknown === undefined ? undefined : nearestName(unknown, known);
  return meant === undefined ? message : `${message.trimEnd()}\n(Did you mean ${meant}?)\n`;
}

/** That options may be wrong which the command line does not show. */
function fileNote(message: string, command: Command | undefined): string {
  const file = command === undefined ? undefined : givenTo(command).file;
  return file === undefined || message.includes(file)
    ? ''
    : `\n(options are from ${file}, too; --config none leaves them out)`;
}

/** Help for people. A pipe that is closed early, such as that of `| head`, is no fault; a full disk is one. */
function writeHelp(text: string): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    console.error(`rx-anomaly: standard output: ${error.message}`);
    process.exit(FAILED);
  });
  process.stdout.write(text);
}

/** Reports in one line what went wrong and returns the exit code. */
function report(error: unknown, command: Command | undefined): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE; // which commander has reported
  // Everything was written and saved; what may still be open is a pipe that is silent.
  if (error instanceof Interrupted) process.exit(error.exitCode);
  if (error instanceof RxAnomalyError) {
    console.error(
      `rx-anomaly: ${error.message}${error.code === 'BAD_OPTION' ? fileNote(error.message, command) : ''}`,
    );
    return error.code === 'BAD_OPTION' ? WRONG_USAGE : FAILED;
  }
  // Unexpected: the stack is for the issue that the user may want to write.
  const fault = fileFault(error);
  const path = error instanceof Error && 'path' in error ? `${error.path}: ` : '';
  const message = fault === undefined ? messageOf(error) : `${path}${fault}`;
  console.error(error instanceof Error && !('syscall' in error) ? error : `rx-anomaly: ${message}`);
  return FAILED;
}
