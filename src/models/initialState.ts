import { RxAnomalyError } from '../core/errors.ts';
import type { Value } from '../core/reading.ts';
import { KeyedStream } from './keyedStream.ts';
import { nestedSnapshot, type Snapshot, unseal } from './snapshot/snapshot.ts';
import { badSnapshot, fields, list, type State } from './snapshot/state.ts';
import type { ResolvedStreamDetector } from './streamDetectorOptions.ts';

/**
 * What a stream has learnt, for a detector of the same options.
 *
 * @param snapshot of one stream, or of a StreamDetector with one
 * @returns of its Detector
 * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged, of several streams or of another configuration
 */
export function readInitialState(
  where: string,
  options: ResolvedStreamDetector<unknown, Value>,
  snapshot: Snapshot,
): Snapshot {
  try {
    const state = ofOneStream(snapshot);
    const stream = new KeyedStream(where, options, undefined);
    stream.resume(state);
    const { detector } = stream;
    if (detector === undefined) throw badSnapshot('snapshot: its stream had no event yet');
    stream.dispose();
    return nestedSnapshot(fields(state).detector);
  } catch (error) {
    if (!(error instanceof RxAnomalyError)) throw error;
    const advice = 'expected the state of one stream that was detected with the same options';
    throw badSnapshot(`${where}: initialState: ${error.message}; ${advice}`, error);
  }
}

function ofOneStream(snapshot: Snapshot): State {
  if (snapshot.kind !== 'StreamDetector') return unseal(snapshot, 'Stream', 1, null);
  const { streams } = fields(unseal(snapshot, 'StreamDetector', 1, snapshot.config), ['events', 'streams']);
  const all = list('streams', streams);
  if (all.length !== 1)
    throw badSnapshot(`snapshot: it is of ${all.length} streams; snapshotOf(key) gives that of one`);
  return fields(all[0], ['key', 'state']).state!;
}
