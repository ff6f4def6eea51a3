import { Command } from 'commander';
import { resultFormatOption } from '../options/options.ts';
import { brokerOptions } from '../worker/brokers.ts';
import type { StatusOptions } from '../worker/workerOptions.ts';

export function statusCommand(): Command {
  const command = new Command('status').description(
    'Shows what the workers of a task do: partitions, who has them, events that wait, keys, and the bytes of their states.',
  );
  for (const option of brokerOptions()) command.addOption(option);
  return command
    .addOption(resultFormatOption())
    .addHelpText('after', EXAMPLE)
    .action(async (options: StatusOptions) => {
      const { statusRun } = await import('../worker/statusRun.ts');
      console.log(await statusRun(options));
    });
}

const EXAMPLE = `
Example:
  rx-anomaly status --nats nats://localhost:4222 --out verdicts`;
