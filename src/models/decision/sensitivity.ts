import { badOption } from '../../core/options.ts';

/** How easily a detector alerts: by name, or from 0 (least) to 1 (most). */
export type Sensitivity = number | 'low' | 'medium' | 'high';

const NAMED = { low: 0.25, medium: 0.5, high: 0.75 } as const;
/** Times the usual evidence that an alert needs at sensitivity 0; at 1 it needs as many times less. */
const RANGE = 2;

/**
 * The threshold of a sensitivity. Evidence is the odds of a score, which under the default scorer is −log10 p: it needs
 * 2^(1 − 2 s) times the usual, from twice at 0 to half at 1. Strictly monotone: higher never alerts less.
 *
 * @throws RxAnomalyError BAD_OPTION
 */
export function thresholdOf(where: string, sensitivity: Sensitivity): number {
  const level =
    typeof sensitivity === 'string' && Object.hasOwn(NAMED, sensitivity) ? NAMED[sensitivity] : sensitivity;
  if (!(typeof level === 'number' && level >= 0 && level <= 1))
    throw badOption(where, 'sensitivity', "'low', 'medium', 'high' or a number from 0 to 1", sensitivity);
  const odds = RANGE ** (1 - 2 * level);
  return odds / (1 + odds);
}
