import { Command, CommanderError } from 'commander';
import { messageOf, RxAnomalyError } from '../core/errors.ts';
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
  tune: {
    summary: 'find the options that suit your labelled streams',
    load: async () => (await import('../lab/commands/tune.ts')).tuneCommand(),
  },
  demo: {
    summary: 'run on the streams that come with the package',
    load: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  serve: {
    summary: 'show streams and their incidents in a browser, live',
    load: async () => (await import('./commands/serve.ts')).serveCommand(),
  },
  table: {
    summary: 'how a table is read: the options of all commands that read one',
    load: async () => (await import('./options/tableOptions.ts')).tableCommand(),
  },
};

/** Runs the command that the arguments name, and returns the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const program = new Command('rx-anomaly')
    .description(
      'Finds anomalies in time series: a stateful LSTM that learns online, and what its residuals reveal.',
    )
    .version(VERSION)
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 success, 1 failure, 2 wrong usage, 130 or 143 interrupted.');
  const named = argv.slice(2).find((argument) => !argument.startsWith('-') && argument !== 'help');
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = name === named ? await load() : new Command(name);
    program.addCommand(command.summary(summary).copyInheritedSettings(program));
  }
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error);
  }
}

/** Reports in one line what went wrong and returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE; // which commander has reported
  // Everything was written and saved; what may still be open is a pipe that is silent.
  if (error instanceof Interrupted) process.exit(error.exitCode);
  if (error instanceof RxAnomalyError) {
    console.error(`rx-anomaly: ${error.message}`);
    return error.code === 'BAD_OPTION' ? WRONG_USAGE : FAILED;
  }
  // Unexpected: the stack is for the issue that the user may want to write.
  console.error(error instanceof Error && !('syscall' in error) ? error : `rx-anomaly: ${messageOf(error)}`);
  return FAILED;
}
