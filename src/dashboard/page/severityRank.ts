import { SEVERITIES } from '../../charts/packed.ts';
import type { SeverityName } from './wire.ts';

/** Rank of a severity among those of incidents; −1 for none. */
export function severityRank(severity: SeverityName): number {
  return severity === 'none' ? -1 : SEVERITIES.indexOf(severity);
}
