import { show } from '../../core/options.ts';
import type { EndedBy, Value, Verdict } from '../../core/reading.ts';
import { isRecord } from '../../core/selectors.ts';
import { readVerdict } from '../../models/durable/durableState.ts';
import { asJson, badSnapshot, type Json } from '../../models/snapshot/state.ts';

/** A verdict as workers have delivered it. */
export interface DeliveredVerdict {
  readonly verdict: Verdict<undefined, Value>;
  /** The incidents that ended with it. */
  readonly ended: readonly { readonly key: string | undefined; readonly endedBy: EndedBy | undefined }[];
}

const FIELDS = [
  ...['value', 'expected', 'lower', 'upper', 'residual', 'score', 'severity', 'isAnomaly', 'warmingUp'],
  ...['imputed', 'startOfIncident', 'attribution', 'key', 'suppressed', 'evidence'],
] as const;

/**
 * Reads what `rx-anomaly worker` delivers, or `distribute` by its own settings.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT where it is something else
 */
export function deliveredVerdict(delivered: Json): DeliveredVerdict {
  if (!isRecord(delivered)) throw badSnapshot('expected a verdict, got none');
  const { time, drift, absence, ended = [] } = delivered;
  const fields: Record<string, unknown> = {};
  for (const name of FIELDS)
    if (delivered[name] !== undefined && (delivered[name] !== null || NULLABLE.has(name)))
      fields[name] = delivered[name];
  if (time !== undefined && time !== null) fields.time = typeof time === 'string' ? momentOf(time) : time;
  if (typeof drift === 'string') fields.drift = drift;
  if (absence !== undefined && absence !== null)
    fields.absence = typeof absence === 'string' ? { phase: absence } : absence;
  return {
    verdict: { ...readVerdict<undefined, Value>(asJson(fields)), event: undefined },
    ended: Array.isArray(ended) ? ended.map((each) => endOf(each as Json)) : [],
  };
}

/** JSON has null for NaN. */
const NULLABLE: ReadonlySet<string> = new Set([
  'value',
  'expected',
  'lower',
  'upper',
  'residual',
  'attribution',
]);

function momentOf(text: string): number {
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw badSnapshot(`expected a time, got ${show(text)}`);
  return moment;
}

function endOf(incident: Json): DeliveredVerdict['ended'][number] {
  const { key, endedBy } = isRecord(incident) ? incident : {};
  return {
    key: typeof key === 'string' ? key : undefined,
    endedBy: endedBy === 'expired' || endedBy === 'evicted' ? endedBy : undefined,
  };
}
