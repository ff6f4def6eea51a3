import { RxAnomalyError } from '../core/errors.ts';
import type { Detector } from './detector.ts';
import { nestedSnapshot, type Snapshot, unseal } from './snapshot/snapshot.ts';
import { badSnapshot, count, fields, list, type State } from './snapshot/state.ts';
import { createTransform, type TransformName } from './transform.ts';

/**
 * What a stream has learnt, for a detector of the same options.
 *
 * @param snapshot of one stream, or of a StreamDetector with one
 * @param createDetector makes the detector of a key
 * @returns of its Detector
 * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged, of several streams or of another configuration
 */
export function readInitialState(
  where: string,
  snapshot: Snapshot,
  transform: TransformName,
  createDetector: (dimensions: number) => Detector,
): Snapshot {
  try {
    const state = fields(ofOneStream(snapshot), STREAM, ['acceptance', 'missed']);
    if (typeof state.detector === 'string') throw badSnapshot('snapshot: its stream had no event yet');
    const learnt = nestedSnapshot(state.detector);
    const dimensions = count('dimensions', fields(state.reader).dimensions, 1);
    if (fields(learnt.config).dimensions !== dimensions)
      throw badSnapshot(`snapshot: its models are not of ${dimensions} dimensions`);
    createTransform(transform).resume(state.transform, dimensions);
    const detector = createDetector(dimensions);
    try {
      detector.restore(learnt);
    } finally {
      detector.dispose();
    }
    return learnt;
  } catch (error) {
    if (!(error instanceof RxAnomalyError)) throw error;
    const advice = 'expected the state of one stream that was detected with the same options';
    throw badSnapshot(`${where}: initialState: ${error.message}; ${advice}`, error);
  }
}

/** The parts that a stream saves. */
const STREAM = ['reader', 'transform', 'lastSeen', 'detector'] as const;

function ofOneStream(snapshot: Snapshot): State {
  if (snapshot.kind !== 'StreamDetector') return unseal(snapshot, 'Stream', 1, null);
  const { streams } = fields(unseal(snapshot, 'StreamDetector', 1, snapshot.config), ['events', 'streams']);
  const all = list('streams', streams);
  if (all.length !== 1)
    throw badSnapshot(`snapshot: it is of ${all.length} streams; snapshotOf(key) gives that of one`);
  return fields(all[0], ['key', 'state']).state!;
}
