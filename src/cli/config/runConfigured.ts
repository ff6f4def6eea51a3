import type { Command } from 'commander';
import { interruptible } from '../run/interrupt.ts';

/** Runs a command whose options were checked, or prints them where that is asked for. */
export async function runConfigured(
  command: Command,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (command.getOptionValue('printConfig') !== true) return await interruptible(work);
  const { printConfig } = await import('./printConfig.ts');
  await printConfig(command, (line) => console.error(line));
}
