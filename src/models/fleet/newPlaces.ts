import type { Detector } from '../detector.ts';
import type { DetectorPlace } from '../detectorPlace.ts';
import { DetectorRows } from './detectorRows.ts';

/** Makes the detector of a key that begins. */
export type NewPlace = (dimensions: number, covariates: number) => DetectorPlace;

/** Detectors of their own, or, in a fleet, rows of one for each number of dimensions. */
export function newPlaces(
  isFleet: boolean,
  create: (dimensions: number, covariates: number) => Detector,
): NewPlace {
  const rows = new Map<number, DetectorRows>();
  return (dimensions, covariates) => {
    if (!isFleet) {
      const detector = create(dimensions, covariates);
      return { detector, dispose: () => detector.dispose() };
    }
    const known = rows.get(dimensions) ?? new DetectorRows(() => create(dimensions, 0));
    rows.set(dimensions, known);
    return known.acquire();
  };
}
