import { type IncidentMetrics, incidentMetrics, type StreamOutcome } from './incidentMetrics.ts';
import type { NabFile } from './nab/nabFile.ts';
import { optimiseNabThreshold } from './nab/optimiseNabThreshold.ts';
import { NAB_PROFILES } from './nab/profiles.ts';
import { scoreNab } from './nab/scoreNab.ts';
import { type RangeMetrics, rangeMetrics } from './rangeMetrics.ts';
import type { RecordWindow } from './recordWindows.ts';
import type { RecordedStream } from './streamRecorder.ts';
import { vusPr } from './vusPr.ts';

/** NAB's verdict on a set of streams under one of its profiles. 100 is perfect, 0 is a detector that is silent. */
export interface NabResult {
  readonly profile: string;
  /** At the threshold the detector ran with; null without labels. */
  readonly score: number | null;
  /** At the threshold that NAB finds best for this profile, as published results do it. */
  readonly bestScore: number | null;
  readonly bestThreshold: number;
}

/** How well a set of labelled streams was judged: all together, one by one, and as NAB scores it. */
export interface Evaluation {
  readonly pooled: IncidentMetrics;
  /** Per stream, in order; null for a stream without labels. */
  readonly streams: readonly (IncidentMetrics | null)[];
  readonly nab: readonly NabResult[];
  /** Precision and recall by range, flat, over all streams. */
  readonly ranges: RangeMetrics;
  /** VUS-PR per stream, in order; null for a stream in which nothing is labelled. */
  readonly vusPr: readonly (number | null)[];
}

/**
 * How well labelled streams were judged. Streams without labels are left out; undefined when none has any.
 *
 * @param threshold the score from which records were flagged
 */
export function evaluate(streams: readonly RecordedStream[], threshold: number): Evaluation | undefined {
  const labelled = streams.filter(isLabelled);
  if (labelled.length === 0) return undefined;
  const files = labelled.map(nabFile);
  const outcomes = labelled.map(outcome);
  return {
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
    vusPr: streams.map((stream) => (isLabelled(stream) ? vusPr(stream.scores, stream.labels) : null)),
  };
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
