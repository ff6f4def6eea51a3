import { SEVERITIES } from '../../charts/packed.ts';
import type { SeverityName } from './wire.ts';

/** Place of a severity among those that an incident can have; −1 for none. */
export function severityRank(severity: SeverityName): number {
  return severity === 'none' ? -1 : SEVERITIES.indexOf(severity);
}
