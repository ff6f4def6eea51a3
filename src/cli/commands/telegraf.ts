import { Command, InvalidArgumentError, Option } from 'commander';
import { runConfigured } from '../config/runConfigured.ts';
import { TEXT, takes } from '../options/optionForm.ts';
import {
  adaptOption,
  checkpointEveryOption,
  fleetOption,
  forecasterOption,
  type ModelOptions,
  maxKeysOption,
  quietOption,
  scorerOption,
  seedOption,
} from '../options/options.ts';
import { names, path } from '../options/parsers.ts';
import { hasHolidays, type PolicyFlags, policyOptions, readPolicy } from '../options/policy.ts';
import { tableOptions } from '../options/tableOptions.ts';
import { addTopics } from '../options/topics.ts';
import { adaptRule, refuseWithoutEffect, ruleOfFleets, seedRule } from '../options/withoutEffect.ts';
import { StandardOutput } from '../output/standardOutput.ts';
import { WholeLines } from '../output/wholeLines.ts';
import type { DetectionContext } from '../run/detection.ts';
import { openPersistence } from '../run/persistence.ts';
import type { DetectionOptions } from '../run/rowOptions.ts';
import { RunCounts } from '../run/runCounts.ts';
import { createYield } from '../run/yieldToEventLoop.ts';
import { ADDED, type Added } from '../telegraf/metricLine.ts';
import { standardInputLines } from '../telegraf/standardInputLines.ts';
import { telegrafRun } from '../telegraf/telegrafRun.ts';

interface TelegrafCommandOptions extends ModelOptions, PolicyFlags {
  readonly field?: readonly string[];
  readonly add: readonly Added[];
  readonly maxKeys?: number;
  readonly fleet?: boolean;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly quiet: boolean;
}

export function telegrafCommand(): Command {
  const command = new Command('telegraf')
    .description(
      'A processor for Telegraf: reads metrics in line protocol from standard input, adds to each number what is unusual ' +
        'about it, and writes them, in the same order, to standard output. Each field of each series is a stream of its own.',
    )
    .addOption(
      new Option(
        '--field <names>',
        'fields to watch, separated by commas; others pass as they are (default: every number)',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--add <what>',
        `what is added, as FIELD_anomaly and so on, separated by commas: ${ADDED.join(', ')}`,
      )
        .argParser(additions)
        .default(['anomaly', 'score', 'expected'], 'anomaly,score,expected'),
    )
    .option(
      '--checkpoint <dir>',
      'resume from the state saved there; save it while running, at the end and on interruption',
      path,
    )
    .addOption(quietOption());
  return addTopics(
    command,
    {
      table: tableOptions().filter(({ long }) => long === '--time-zone'),
      policy: policyOptions(),
      model: [
        forecasterOption(),
        adaptOption(),
        scorerOption(),
        seedOption(),
        maxKeysOption(),
        fleetOption(),
      ],
      verdicts: [checkpointEveryOption()],
    },
    ['--sensitivity', '--fleet'],
    EXAMPLES,
  ).action(async (options: TelegrafCommandOptions) => {
    refuseWithoutEffect(command, [
      ['without --checkpoint', options.checkpoint !== undefined, ['checkpointEvery']],
      ['without --holidays or --policy', hasHolidays(options), ['holidaysAs']],
      ruleOfFleets(options),
      seedRule(options),
      ...(options.fleet ? [] : [adaptRule(options)]),
    ]);
    await runConfigured(command, (signal) => telegraf(options, signal));
  });
}

const EXAMPLES = `
Examples:
  rx-anomaly telegraf --fleet < metrics.lp > scored.lp

In telegraf.conf:
  [[processors.execd]]
    command = ["rx-anomaly", "telegraf", "--fleet",
               "--checkpoint", "/var/lib/telegraf/rx-anomaly"]`;

async function telegraf(options: TelegrafCommandOptions, signal: AbortSignal): Promise<void> {
  const log = (line: string): void => {
    if (!options.quiet) console.error(line);
  };
  const { forecaster, scorer, seed, adapt, fleet, maxKeys } = options;
  const detectionOptions: DetectionOptions = {
    ...{ forecaster, scorer, seed, ...(await readPolicy(options)) },
    ...(fleet === undefined ? {} : { fleet }),
    ...(adapt === undefined ? {} : { adapt }),
    ...(maxKeys === undefined ? {} : { maxKeys }),
  };
  const standardOutput = new StandardOutput();
  const output = new WholeLines(standardOutput);
  const yieldToEventLoop = createYield();
  const persistence = openPersistence(options, log, { written: () => output.written() });
  const stop = AbortSignal.any([signal, standardOutput.gone]);
  const context: DetectionContext = {
    ...{ command: 'telegraf', persistence, counts: new RunCounts(log), log, signal, stop },
    pause: () => output.room() ?? yieldToEventLoop(),
  };
  await telegrafRun(standardInputLines(stop), options, detectionOptions, context, output);
  await persistence.close();
  signal.throwIfAborted();
}

const ADDITION = { enum: ADDED } as const;
const ADDITIONS = { anyOf: [TEXT, { type: 'array', items: ADDITION, minItems: 1 }] } as const;

const additions = takes({ schema: ADDITIONS, list: 'joined' }, (text: string): Added[] => {
  const list = names(text);
  if (!list.every((name): name is Added => (ADDED as readonly string[]).includes(name)))
    throw new InvalidArgumentError(`Expected some of ${ADDED.join(', ')}, separated by commas.`);
  return list;
});
