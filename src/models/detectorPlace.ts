import type { Detector } from './detector.ts';
import type { State } from './snapshot/state.ts';

/** Where one stream's detector is: an object of its own, or one that serves many streams in turn. */
export interface DetectorPlace {
  /** As this stream's, until the detector of another stream is asked for. */
  readonly detector: Detector;
  /** Its state in the form of this place, which costs least; undefined where there is none but that of the detector. */
  readonly packed?: PackedPlace;
  dispose(): void;
}

/** The state of a detector as a place has it. */
export interface PackedPlace {
  pack(): State;
  /** @throws RxAnomalyError BAD_SNAPSHOT; the place is of no more use then */
  unpack(state: State): void;
}
