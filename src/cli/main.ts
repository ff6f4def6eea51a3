#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { RxAnomalyError } from '../core/errors.ts';
import { messageOf } from '../core/messageOf.ts';
import { benchQualityCommand } from '../lab/commands/benchQuality.ts';
import { nabCommand } from '../lab/commands/nab.ts';
import { tuneCommand } from '../lab/commands/tune.ts';
import { backtestCommand } from './commands/backtest.ts';
import { demoCommand } from './commands/demo.ts';
import { detectCommand } from './commands/detect.ts';
import { inspectCommand } from './commands/inspect.ts';
import { serveCommand } from './commands/serve.ts';
import { tableCommand } from './options/tableOptions.ts';
import { Interrupted } from './run/interrupt.ts';
import { VERSION } from './version.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

const program = new Command('rx-anomaly')
  .description(
    'Finds anomalies in time series: a stateful LSTM that learns online, and what its residuals tell.',
  )
  .version(VERSION)
  .showHelpAfterError('(add --help for the options)')
  .exitOverride()
  .addHelpText('after', '\nExit codes: 0 fine, 1 failed, 2 wrong usage, 130 or 143 interrupted.');
const commands = [
  detectCommand(),
  backtestCommand(),
  inspectCommand(),
  nabCommand(),
  benchQualityCommand(),
  tuneCommand(),
  demoCommand(),
  serveCommand(),
  tableCommand(),
];
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Tells the user in one line what went wrong and returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE; // commander has told already
  // Everything was handed over and saved; what may still be open is a pipe that is silent.
  if (error instanceof Interrupted) process.exit(error.exitCode);
  if (error instanceof RxAnomalyError) {
    console.error(`rx-anomaly: ${error.message}`);
    return error.code === 'BAD_OPTION' ? WRONG_USAGE : FAILED;
  }
  // Not foreseen: the stack is for the issue that the user may want to write.
  console.error(error instanceof Error && !('syscall' in error) ? error : `rx-anomaly: ${messageOf(error)}`);
  return FAILED;
}
