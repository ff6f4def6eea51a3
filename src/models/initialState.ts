import { RxAnomalyError } from '../core/errors.ts';
import { MOST_COVARIATES } from './covariates/covariateReader.ts';
import type { Detector } from './detector.ts';
import { nestedSnapshot, type Snapshot, unseal } from './snapshot/snapshot.ts';
import { badSnapshot, count, fields, list, type State } from './snapshot/state.ts';
import { createTransform, type TransformName } from './transform.ts';

/** Of a ResolvedStreamDetector. */
interface Options {
  readonly transform: TransformName;
  readonly reader: { readonly covariates?: unknown };
  readonly createDetector: (dimensions: number, covariates: number) => Detector;
}

/**
 * What a stream has learnt, for a detector of the same options.
 *
 * @param snapshot of one stream, or of a StreamDetector with one
 * @param options createDetector makes the detector of a key
 * @returns of its Detector
 * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged, of several streams or of another configuration
 */
export function readInitialState(
  where: string,
  snapshot: Snapshot,
  { transform, reader, createDetector }: Options,
): Snapshot {
  try {
    const state = fields(ofOneStream(snapshot), STREAM, ['feedback']);
    if (typeof state.detector === 'string') throw badSnapshot('snapshot: its stream had no event yet');
    const learnt = nestedSnapshot(state.detector);
    const dimensions = count('dimensions', fields(state.reader).dimensions, 1);
    if (fields(learnt.config).dimensions !== dimensions)
      throw badSnapshot(`snapshot: its models are not of ${dimensions} dimensions`);
    createTransform(transform).resume(state.transform, dimensions);
    const covariates = count('covariates', fields(state.reader).covariates ?? 0, 0, MOST_COVARIATES);
    if (covariates > 0 !== (reader.covariates !== undefined))
      throw badSnapshot(`snapshot: it was taken ${covariates > 0 ? 'with' : 'without'} covariates`);
    const detector = createDetector(dimensions, covariates);
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
