import { EMPTY, merge, ReplaySubject, switchMap, tap } from 'rxjs';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import type { BadDataPolicy } from '../../core/reading.ts';
import { isLoopback } from '../../dashboard/access.ts';
import { dashboardOptions } from '../../dashboard/dashboardOptions.ts';
import { type Dashboard, type DashboardOptions, serveDashboard } from '../../dashboard/index.ts';
import { gatesOf } from '../../inspect/layerGates.ts';
import type { AheadPlan } from '../../models/ahead/aheadOptions.ts';
import type { AbsentAfter } from '../../models/decision/absenceWatch.ts';
import type { Feedback } from '../../models/decision/feedback.ts';
import { thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import { nestedSnapshot } from '../../models/snapshot/snapshot.ts';
import type { TransformName } from '../../models/transform.ts';
import { FIXTURES } from '../fixtures.ts';
import type { AlertFlags } from '../options/alertOptions.ts';
import { LIVE, type LiveFlags, type LiveSource, titleOfLive } from '../options/liveSources.ts';
import {
  type ColumnOptions,
  checkSecret,
  type HistoryOptions,
  type ModelOptions,
} from '../options/options.ts';
import { type PolicyFlags, readPolicy } from '../options/policy.ts';
import { type RareFlags, requireFile } from '../options/rareFlags.ts';
import type { VerdictsSource } from '../options/verdictsOptions.ts';
import type { DetectionContext, FeedbackReceipt, OpenDetection } from '../run/detection.ts';
import { FeedbackFile } from '../run/feedbackFile.ts';
import { aborted } from '../run/interrupt.ts';
import { openPersistence, type Persistence } from '../run/persistence.ts';
import type { DetectionOptions } from '../run/rowOptions.ts';
import { RunCounts } from '../run/runCounts.ts';
import { createYield } from '../run/yieldToEventLoop.ts';
import { AlertSinks, alerting } from './alertSinks.ts';
import { cannotListen } from './cannotListen.ts';
import { openSources } from './openSources.ts';
import { readAlertSinks } from './readAlertSinks.ts';
import { titleOf } from './titleOf.ts';

/** The options of `serve`, as they were given. */
export interface ServeOptions
  extends ColumnOptions,
    ModelOptions,
    PolicyFlags,
    Omit<LiveFlags, 'token'>,
    HistoryOptions,
    AlertFlags,
    RareFlags {
  readonly demo?: boolean;
  readonly speed: number;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly feedback?: string;
  readonly maxKeys?: number;
  readonly fleet?: boolean;
  readonly ahead?: AheadPlan;
  readonly absentAfter?: AbsentAfter;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly alerts: boolean;
  readonly changes: boolean;
  readonly transform: TransformName;
  readonly onBadData: BadDataPolicy;
  readonly quiet: boolean;
}

/** Serves a dashboard until interrupted. @param source that is no table */
export async function serveRun(
  named: readonly string[],
  options: ServeOptions,
  source: LiveSource | VerdictsSource | undefined,
  signal: AbortSignal,
): Promise<void> {
  const log = options.quiet ? () => {} : (line: string): void => console.error(line);
  const { forecaster, scorer, seed, adapt, transform, onBadData, port, host, token } = options;
  const { maxKeys, fleet, absentAfter, ahead } = options;
  const policy = await readPolicy(options);
  const detectionOptions: DetectionOptions = {
    ...{ forecaster, scorer, seed, transform, onBadData, ...policy },
    ...(adapt === undefined ? {} : { adapt }),
    ...(maxKeys === undefined ? {} : { maxKeys }),
    ...(fleet === undefined ? {} : { fleet }),
    ...(absentAfter === undefined ? {} : { absentAfter }),
    ...(ahead === undefined ? {} : { ahead }),
  };
  const { threshold, hold } = thresholdOptions.resolvePart('serve', policy);
  const paths = options.demo ? [...named, `${FIXTURES}sensors`] : named;
  if (source === undefined && paths.length === 0) requireFile('serve', options);
  if (source === undefined && paths.length === 0)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `serve: nothing to show; name tables or folders, - for standard input, ${LIVE.join(', ')}, --verdicts or --demo`,
    );
  checkSecret('serve', '--token', dashboardOptions.table.token, token);
  if (token === undefined && !isLoopback(host))
    throw new RxAnomalyError(
      'BAD_OPTION',
      `serve: --host ${host}: others can reach the dashboard there; expected --token, or RX_ANOMALY_TOKEN in the environment`,
    );
  let dashboard: Dashboard | undefined;
  const sources: OpenDetection[] = [];
  const sourceOf = (key: string | undefined): OpenDetection | undefined =>
    sources.find(({ owns }) => owns(key));
  const sinks = new AlertSinks(
    { alerts: options.alerts, ...(await readAlertSinks('serve', options, log)) },
    {
      log,
      changed: (key) => sourceOf(key)?.changed(),
      dimensions: (key) => sourceOf(key)?.dimensions(),
      holdsBack: (alert) =>
        sourceOf(alert.incident.key)?.past?.holdsBack(alert) || (dashboard?.holdsBack(alert) ?? false),
      isHeldBack: (key) => sourceOf(key)?.past?.isHeldBack(key) || (dashboard?.isHeldBack(key) ?? false),
    },
  );
  const extraState: Persistence['extraState'] = (owns) => {
    const isOf = (key: string | undefined): boolean => sourceOf(key)?.owns === owns;
    const shown = dashboard?.deferred(isOf);
    return { ...sinks.save(isOf), ...(shown === undefined ? {} : { shown }) };
  };
  const context: DetectionContext = {
    ...{ command: 'serve', counts: new RunCounts(log), log, signal, pause: createYield() },
    ...{ history: options, persistence: openPersistence(options, log, { extraState }) },
  };
  let isSaved = true;
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // it may come before it is waited for
  const over = (error: unknown): void => {
    // Who starts services starts one again that has ended, and sees it; what was shown stays where there is something.
    if (context.counts.newRows === 0 && source !== undefined && source.kind !== 'verdicts') fail(error);
    else log(messageOf(error));
  };
  try {
    for await (const each of openSources(paths, source, options, detectionOptions, context))
      sources.push(each);
    for (const line of notesOf(sources)) log(line);
    if (sources.some(({ resumed }) => resumed)) log(`resuming from ${options.checkpoint}`);
    const file = options.feedback === undefined ? undefined : new FeedbackFile(options.feedback, log);
    for (const feedback of file?.load() ?? []) await sourceOf(feedback.key)?.recallFeedback(feedback);
    const onFeedback = async (feedback: Feedback): Promise<FeedbackReceipt | undefined> => {
      const receipt = await sourceOf(feedback.key)?.takeFeedback(feedback);
      file?.add(feedback); // after the state that has it: what is in both is not applied twice
      return receipt;
    };
    const shown: DashboardOptions = {
      port,
      host,
      ...(token === undefined ? {} : { token }),
      ...(policy.timeZone === undefined ? {} : { timeZone: policy.timeZone }),
      title: titleOf(paths, source?.kind === 'verdicts' ? source.verdicts : source && titleOfLive(source)),
      ...{ threshold, hold, ...sources[0]?.settings },
      ...(options.group === undefined ? {} : { group: options.group }),
      restore: sources.flatMap(({ restored: { shown = null } }) =>
        shown === null ? [] : [nestedSnapshot(shown)],
      ),
      ...(source?.kind === 'verdicts' ? {} : { engine: forecaster }),
      dimensions: (key) => sourceOf(key)?.dimensions(),
      waitingFor: () => context.counts.waitingFor,
      gates: (key) => gatesOf(sourceOf(key)?.detector(key)?.forecaster),
      ...(options.rare === undefined ? { onFeedback } : {}), // counts of categories learn from none
      ...(options.changes && options.rare === undefined ? {} : { changePoints: false as const }),
      resumeFeedback: async (place) =>
        await sources.find(({ resumeFeedback }) => resumeFeedback !== undefined)?.resumeFeedback?.(place),
      onAction: (key) => sourceOf(key)?.save(),
      onMuteEnd: (alert) => sinks.send(alert),
    };
    const begun = new ReplaySubject<void>(1); // no state is taken before it is known what is shown
    const verdicts$ = merge(
      EMPTY,
      ...sources.map((source) => source.verdicts$.pipe(alerting(source, sinks))),
    ).pipe(tap({ complete: () => sinks.flush(), error: (error) => over(error) }));
    dashboard = await serveDashboard(begun.pipe(switchMap(() => verdicts$)), shown).catch((error: unknown) =>
      cannotListen(error, host, port),
    );
    for (const { restored, open, past } of sources) {
      sinks.resume(restored, open);
      past?.begun$.subscribe((incident) =>
        sinks.send({ phase: 'began', incident: { ...incident, open: true } }),
      );
    }
    begun.next();
    begun.complete();
    const { origin } = new URL(dashboard.url); // without the token: lines end up in logs
    log(`dashboard: ${origin}/${token === undefined ? '' : ' (add ?token=… with the token)'}`);
    await Promise.race([aborted(signal), failed]);
  } finally {
    await dashboard?.close();
    await sinks.close(options.checkpoint !== undefined);
    const closed = await Promise.allSettled(sources.map((source) => source.close()));
    isSaved = closed.every(({ status }) => status === 'fulfilled'); // why not was reported
    await context.persistence.close();
    for (const line of context.counts.problems.lines()) log(line);
  }
  if (isSaved && options.checkpoint !== undefined) log(`state saved in ${options.checkpoint}`);
  signal.throwIfAborted();
}

/** What is known of how the sources are read: what several have in common once. */
function notesOf(sources: readonly OpenDetection[]): string[] {
  const counts = new Map<string, number>();
  for (const note of sources.flatMap(({ notes }) => notes)) counts.set(note, (counts.get(note) ?? 0) + 1);
  return [...counts].map(([note, count]) => (count === 1 ? note : `${note}, of ${count} tables`));
}
