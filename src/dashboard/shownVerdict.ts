import type { Incident, Rarity, Value, Verdict } from '../core/reading.ts';
import type { ChangePoint } from '../models/changes/changePoint.ts';

/** A verdict as it is shown; with `ended`, and maybe `changes`, where it is a DurableVerdict; with `rarity` where it is a RareVerdict. */
export type ShownVerdict = Verdict<unknown, Value> & {
  readonly ended?: readonly Incident<unknown, Value>[];
  readonly changes?: readonly ChangePoint[];
  readonly rarity?: Rarity;
};
