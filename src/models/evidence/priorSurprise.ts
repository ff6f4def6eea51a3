import { exp } from '../../core/math/exp.ts';
import { log, log10 } from '../../core/math/log.ts';
import { square } from '../../core/math/pow.ts';
import { TailModel, type TailResolution } from '../../numerics/stats/tailModel.ts';
import type { ChannelSpec, Tail } from './evidenceChannel.ts';

const EXPONENT = 4.2;
const THINNEST = 100; // exponent

/**
 * What is believed of a statistic before much was seen: its surprise, in decades, under a power-law tail around the median.
 *
 * @param exponent of the power law; one that is given gives way to the decay that was seen, where the tail tells it: returns
 *   that have had a thin tail so far leave no doubt about a large one. @default 4.2, whatever was seen
 */
export function priorSurprise(tail: Tail, statistic: number, exponent?: number): number {
  const above = exp(log(statistic + 0.05) - tail.medianLevel());
  return (believed(tail, exponent) / 2) * log10(1 + square(above / 1.55));
}

function believed({ decay }: Tail, exponent: number | undefined): number {
  if (exponent === undefined) return EXPONENT;
  return decay === undefined ? exponent : Math.min(THINNEST, exponent / square(square(exponent * decay)));
}

/** The tail of a channel before anything was seen. */
export function newTail({ tail }: ChannelSpec, resolution: TailResolution): Tail {
  return tail?.(resolution) ?? new TailModel(undefined, resolution);
}
