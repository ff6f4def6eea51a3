import { ServerFailure } from '../../clients/retry.ts';
import { isRecord } from '../../core/selectors.ts';
import type { StateStore } from '../../distributed/contract.ts';
import { FLEET } from '../../distributed/records.ts';
import { thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import { decodeSnapshot } from '../../models/snapshot/decodeSnapshot.ts';

/** How the workers of a fleet detect, as far as it is shown. */
export interface FleetSettings {
  readonly threshold: number;
  readonly hold: number;
  /** Names of the values of an event; undefined where they are not known. */
  readonly dimensions: readonly string[] | undefined;
  /** Whether every event has a verdict. */
  readonly deliversAll: boolean;
}

/** @throws RxAnomalyError BAD_SNAPSHOT; SERVER, for the time being where no worker has begun */
export async function fleetSettings(states: StateStore, name: string): Promise<FleetSettings> {
  const [saved] = await states.load(0, [FLEET]);
  if (saved === undefined)
    throw new ServerFailure(`no worker has begun with --out ${name} yet; start one`, true);
  const { detect, deliver, given } = record(decodeSnapshot(saved.state).config);
  const { value, deliver: delivers = deliver } = record(given);
  const usual = thresholdOptions.resolve('serve', {});
  const { threshold, hold } = record(record(detect).threshold);
  return {
    threshold: typeof threshold === 'number' ? threshold : usual.threshold,
    hold: typeof hold === 'number' ? hold : usual.hold,
    dimensions: Array.isArray(value) ? value.map(String) : value === null ? ['value'] : undefined,
    deliversAll: delivers === 'all',
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
