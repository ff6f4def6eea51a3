import { type IncidentMetrics, incidentMetrics, type StreamOutcome } from './metrics/incidentMetrics.ts';
import { type RangeMetrics, rangeMetrics } from './metrics/rangeMetrics.ts';
import { vusPr } from './metrics/vusPr.ts';
import { type NabFile, scoredWindows } from './nab/nabFile.ts';
import { NAB_PROFILES } from './nab/profiles.ts';
import { optimiseNabThreshold, scoreNab } from './nab/scoreNab.ts';
import type { RecordWindow } from './recordWindows.ts';
import type { RecordedStream } from './streamRecorder.ts';

/** NAB's result on a set of streams under one of its profiles. 100 is perfect, 0 is a detector that flags nothing. */
export interface NabResult {
  readonly profile: string;
  /** At the threshold the detector ran with; null without labels. */
  readonly score: number | null;
  /** At the threshold that NAB finds best for this profile, as in published results. */
  readonly bestScore: number | null;
  readonly bestThreshold: number;
}

/** NAB's result on one stream, under one of its profiles, at the threshold the detector ran with. */
export interface NabStreamResult {
  readonly profile: string;
  /** What the stream adds to the raw score of all. */
  readonly raw: number;
  /** Labelled windows that NAB counts. */
  readonly windows: number;
  /** On this stream alone; null without such windows. */
  readonly score: number | null;
}

/** Results on a set of labelled streams: all together, one by one, and as NAB scores them. */
export interface Evaluation {
  /** The score from which records were flagged. */
  readonly threshold: number;
  readonly pooled: IncidentMetrics;
  /** Per stream, in order; null for a stream without labels. */
  readonly streams: readonly (IncidentMetrics | null)[];
  readonly nab: readonly NabResult[];
  /** Precision and recall by range, flat, over all streams. */
  readonly ranges: RangeMetrics;
  /** The same of each stream, in order; null for a stream without labels, like the next. */
  readonly rangesByStream: readonly (RangeMetrics | null)[];
  readonly nabByStream: readonly (readonly NabStreamResult[] | null)[];
  /** VUS-PR per stream, in order; null for a stream in which nothing is labelled. */
  readonly vusPr: readonly (number | null)[];
}

/**
 * Evaluates labelled streams. Streams without labels are left out; undefined when none has any.
 *
 * @param threshold the score from which records were flagged
 */
export function evaluate(streams: readonly RecordedStream[], threshold: number): Evaluation | undefined {
  const labelled = streams.filter(isLabelled);
  if (labelled.length === 0) return undefined;
  const files = labelled.map(nabFile);
  const outcomes = labelled.map(outcome);
  return {
    threshold,
    pooled: incidentMetrics(outcomes),
    streams: streams.map((stream) => (isLabelled(stream) ? incidentMetrics([outcome(stream)]) : null)),
    nab: NAB_PROFILES.map((profile) => {
      const best = optimiseNabThreshold(files, profile).threshold;
      return {
        profile: profile.name,
        score: scoreNab(files, profile, threshold).normalised,
        bestScore: scoreNab(files, profile, best).normalised,
        bestThreshold: best,
      };
    }),
    ranges: rangeMetrics(outcomes),
    rangesByStream: streams.map((stream) => (isLabelled(stream) ? rangeMetrics([outcome(stream)]) : null)),
    nabByStream: streams.map((stream) => (isLabelled(stream) ? nabOfStream(stream, threshold) : null)),
    vusPr: streams.map((stream) => (isLabelled(stream) ? vusPr(stream.scores, stream.labels) : null)),
  };
}

function nabOfStream(stream: Labelled, threshold: number): NabStreamResult[] {
  const file = nabFile(stream);
  return NAB_PROFILES.map((profile) => {
    const { raw, normalised } = scoreNab([file], profile, threshold);
    return { profile: profile.name, raw, windows: scoredWindows(file), score: normalised };
  });
}

type Labelled = RecordedStream & { readonly labels: readonly RecordWindow[] };

function isLabelled(stream: RecordedStream): stream is Labelled {
  return stream.labels !== undefined;
}

function nabFile(stream: Labelled): NabFile {
  return { name: stream.name, scores: stream.alertScores, windows: stream.labels };
}

function outcome({ scores, labels, flags, alerts, times }: Labelled): StreamOutcome {
  return {
    records: scores.length,
    windows: labels,
    flags,
    alerts,
    ...(times === undefined ? {} : { times }),
  };
}
