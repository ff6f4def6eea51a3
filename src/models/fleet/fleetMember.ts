import type { Value } from '../../core/reading.ts';
import { EventReader } from '../eventReader.ts';
import type { Dated } from '../recency.ts';
import { fields, nullOr, type State, time } from '../snapshot/state.ts';
import { createTransform, type Transform } from '../transform.ts';
import { SAVED_KEY } from './fleetModels.ts';
import type { ResolvedFleetOptions } from './fleetOptions.ts';

/** One key of a fleet, except its numbers in the tables of {@link FleetModels}. */
export class FleetMember<E, V extends Value> implements Dated<FleetMember<E, V>> {
  readonly key: string | undefined;
  readonly reader: EventReader<E, V>;
  readonly transform: Transform;
  /** Its index in the tables; −1 before the first readable event. */
  slot = -1;
  /** Whether the update for its last event waits for the engine. */
  waits = false;
  /** Milliseconds; −∞ before the first usable event. */
  lastSeen: number = Number.NEGATIVE_INFINITY;
  newer: FleetMember<E, V> | undefined = undefined;
  older: FleetMember<E, V> | undefined = undefined;

  /** @param where the caller, for messages */
  constructor(
    where: string,
    { reader, transform: name }: Pick<ResolvedFleetOptions<E, V>, 'reader' | 'transform'>,
    key: string | undefined,
  ) {
    const transform = createTransform(name);
    this.key = key;
    this.reader = new EventReader<E, V>(where, reader, key, (value) => transform.refuse(value));
    this.transform = transform;
  }

  save(): State {
    return {
      reader: this.reader.save(),
      transform: this.transform.save(),
      lastSeen: Number.isFinite(this.lastSeen) ? this.lastSeen : null,
    };
  }

  /** Takes back what `save` gave. */
  resume(saved: State): void {
    const { reader, transform, lastSeen } = fields(saved, MEMBER, [...SAVED_KEY, 'key']);
    this.reader.resume(reader);
    this.transform.resume(transform, this.reader.dimensions);
    this.lastSeen = nullOr('lastSeen', lastSeen, time) ?? Number.NEGATIVE_INFINITY;
  }
}

const MEMBER = ['reader', 'transform', 'lastSeen'] as const;
