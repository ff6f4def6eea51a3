import type { Command } from 'commander';
import { backtestCommand } from '../../src/cli/commands/backtest.ts';
import { detectCommand } from '../../src/cli/commands/detect.ts';
import { forecastCommand } from '../../src/cli/commands/forecast.ts';
import { inspectCommand } from '../../src/cli/commands/inspect.ts';
import { serveCommand } from '../../src/cli/commands/serve.ts';
import { telegrafCommand } from '../../src/cli/commands/telegraf.ts';
import { workerCommand } from '../../src/cli/commands/worker.ts';

/** The commands whose options may be in a file. */
export function configuredCommands(): readonly Command[] {
  return [
    ...[detectCommand(), serveCommand(), workerCommand(), backtestCommand()],
    ...[forecastCommand(), inspectCommand(), telegrafCommand()],
  ];
}
