import type { Incident, Value, Verdict } from '../core/reading.ts';
import type { ChangePoint } from '../models/changes/changePoint.ts';

/** A verdict as it is shown; with `ended`, and maybe `changes`, where it is a DurableVerdict. */
export type ShownVerdict = Verdict<unknown, Value> & {
  readonly ended?: readonly Incident<unknown, Value>[];
  readonly changes?: readonly ChangePoint[];
};
