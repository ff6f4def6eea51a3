import type { WireIncident } from './wire.ts';

/** The dimension with the largest share of the score. */
export function worstOf({ attribution }: Pick<WireIncident, 'attribution'>): number {
  return attribution.indexOf(Math.max(...attribution));
}
