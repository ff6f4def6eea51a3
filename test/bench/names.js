/** Cases of the path from event to verdict, as `cases.js` and `bars.js` have them. */
export const THREE_OPERATORS = 'operators, H=32, stride 16';
export const DETECTOR = 'detectAnomalies, defaults';

/** Contestants in them: the forecaster of `detectAnomalies` alone, and what another build takes. */
export const ALONE = 'its forecaster alone';
export const OTHER = 'the other build';
