import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { Alert, Value } from '../../core/reading.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import type { OpenDetection } from '../run/detection.ts';
import type { AlertSinks } from './alertSinks.ts';

type Detected = DurableVerdict<unknown, Value>;

/**
 * The alerts of a source as `alerts` would emit them over all of it, earlier runs included. Open incidents end with the
 * source, unless a later run may resume from there.
 */
export function alerting(
  source: Pick<OpenDetection, 'open' | 'isKept'>,
  sinks: Pick<AlertSinks, 'send'>,
): MonoTypeOperatorFunction<Detected> {
  return tap({
    next: (verdict) => {
      for (const alert of alertsOf(verdict)) sinks.send(alert);
    },
    complete: () => {
      if (source.isKept) return;
      for (const incident of source.open)
        sinks.send({ phase: 'ended', incident: { ...incident, open: true } });
    },
  });
}

function alertsOf({ incident, ended }: Detected): Alert<unknown, Value>[] {
  const alerts = ended.map((each): Alert<unknown, Value> => ({ phase: 'ended', incident: each }));
  if (incident?.count === 1) alerts.push({ phase: 'began', incident: { ...incident, open: true } });
  return alerts;
}
