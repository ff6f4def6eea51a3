import type { Value } from '../../core/reading.ts';
import { EventReader, type ReaderOptions } from '../reader.ts';
import { fields, type State } from '../snapshot.ts';
import { createTransform, type Transform, type TransformName } from '../transform.ts';
import type { Dated } from './recency.ts';

/** One key of a fleet, as far as it is not in the tables of {@link FleetModels}. */
export class FleetMember<E, V extends Value> implements Dated<FleetMember<E, V>> {
  readonly key: string | undefined;
  readonly reader: EventReader<E, V>;
  readonly transform: Transform;
  /** Its place in the tables; −1 before the first readable event. */
  slot = -1;
  /** Whether the effect of its last event waits for the engine. */
  waits = false;
  /** Milliseconds; −∞ while no event was of use. */
  lastSeen: number = Number.NEGATIVE_INFINITY;
  newer: FleetMember<E, V> | undefined = undefined;
  older: FleetMember<E, V> | undefined = undefined;

  /** @param where who reads, for messages */
  constructor(
    where: string,
    options: ReaderOptions<E, V>,
    key: string | undefined,
    transformName: TransformName,
  ) {
    const transform = createTransform(transformName);
    this.key = key;
    this.reader = new EventReader<E, V>(where, options, key, (value) => transform.refuse(value));
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
    const { reader, transform, lastSeen } = fields(saved);
    this.reader.resume(reader);
    this.transform.resume(transform);
    if (typeof lastSeen === 'number') this.lastSeen = lastSeen;
  }
}
