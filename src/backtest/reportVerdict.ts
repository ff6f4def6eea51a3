import { recordNames, timeResolution } from '../charts/formatTime.ts';
import type { Evaluation } from './evaluate.ts';
import type { ForecasterResult } from './forecasterResults.ts';
import { labelledIncidents, MERGE_ALERTS, TOLERANCE } from './labels.ts';
import { falseAlerts } from './metrics/falseAlerts.ts';
import type { ReportSpot, ReportVerdict, ThresholdPoint, TradeOff } from './report/reportDocument.ts';
import type { RecordedStream } from './streamRecorder.ts';

/** What a report begins with: the outcome in sentences, and where to look. */
export function reportVerdict(
  streams: readonly RecordedStream[],
  evaluation: Evaluation | undefined,
  tradeOff: TradeOff,
  forecasters: readonly ForecasterResult[],
  timeZone?: string,
): ReportVerdict {
  const spots = (
    of: (stream: RecordedStream, at: number) => Omit<ReportSpot, 'stream' | 'name'>[],
  ): ReportSpot[] =>
    streams.flatMap((stream, at) => {
      const name = recordNames(stream.times, timeResolution(stream.times), undefined, timeZone);
      const where = streams.length > 1 ? `${stream.name}, ` : '';
      return of(stream, at).map((spot) => ({ stream: at, name: `${where}${name(spot.first)}`, ...spot }));
    });
  const forecast = forecastSentence(forecasters);
  if (evaluation === undefined) {
    const all = spots(({ incidents }) => incidents.map(({ first, last, score }) => ({ first, last, score })));
    const worst = all.toSorted((a, b) => b.score! - a.score!).slice(0, WORST);
    return {
      sentences: [incidentsSentence(streams), ...forecast],
      lists:
        all.length === 0
          ? []
          : [
              {
                title: all.length > WORST ? `The ${WORST} with the highest scores` : 'Incidents',
                spots: worst,
              },
            ],
    };
  }
  const missed = spots(({ labels = [], flags }) =>
    labelledIncidents(labels)
      .filter(({ first, last }) => !flags.some((at) => at >= first && at <= last))
      .map(({ first, last }) => ({ first, last: last - TOLERANCE })),
  );
  const wrong = spots(({ labels, alerts, incidents }) =>
    labels === undefined
      ? []
      : falseAlerts(alerts, labelledIncidents(labels), MERGE_ALERTS).map((alert) => ({
          first: alert,
          last: incidents.find(({ first, last }) => first <= alert && alert <= last)?.last ?? alert,
        })),
  );
  return {
    sentences: [foundSentence(streams, evaluation), ...forecast, ...thresholdSentence(tradeOff, evaluation)],
    lists: [
      { title: 'Missed', spots: missed },
      { title: 'False alerts', spots: wrong },
    ].filter(({ spots }) => spots.length > 0),
  };
}

const WORST = 5;

function foundSentence(streams: readonly RecordedStream[], { pooled }: Evaluation): string {
  const { incidents, found, falseAlerts, falseAlertsPer1000 } = pooled;
  const rate =
    falseAlertsPer1000 === null || falseAlerts === 0
      ? ''
      : `, ${falseAlertsPer1000.toFixed(2)} per 1,000 records`;
  const wrong =
    falseAlerts === 0
      ? 'no false alert'
      : `${falseAlerts} false ${falseAlerts === 1 ? 'alert' : 'alerts'}${rate}`;
  const without = streams.filter(({ labels }) => labels === undefined).length;
  const others =
    without === 0 ? '' : ` ${without} of ${streams.length} streams have no labels and do not count.`;
  const what =
    incidents === 0
      ? 'There was nothing to find'
      : `Found ${found} of ${incidents} labelled ${incidents === 1 ? 'incident' : 'incidents'}`;
  return `${what}; ${wrong}.${others}`;
}

function incidentsSentence(streams: readonly RecordedStream[]): string {
  const [records, incidents] = [
    sum(streams, ({ scores }) => scores.length),
    sum(streams, (each) => each.incidents.length),
  ];
  const of = `in ${records.toLocaleString('en')} records${streams.length > 1 ? ` of ${streams.length} streams` : ''}`;
  if (incidents === 0) return `Found no incident ${of}.`;
  const rate = ((1000 * incidents) / records).toFixed(2);
  return `Found ${incidents.toLocaleString('en')} ${incidents === 1 ? 'incident' : 'incidents'} ${of}: ${rate} per 1,000. There are no labels, so nobody knows which of them are right.`;
}

function forecastSentence([own, ...others]: readonly ForecasterResult[]): string[] {
  const last = others.find(({ forecaster }) => forecaster === 'lastValue');
  if (own === undefined || last?.errorRatio == null) return [];
  const better = 1 - 1 / last.errorRatio;
  const percent = Math.abs(100 * better).toFixed(0);
  if (percent === '0') return ['Forecasts are as good as the last value.'];
  return [`Forecasts are ${percent} % ${better > 0 ? 'better' : 'worse'} than the last value.`];
}

/** What the best other threshold would have done, where it is better. */
function thresholdSentence({ threshold, points, exact }: TradeOff, { pooled }: Evaluation): string[] {
  const own = points.find((point) => point.threshold === threshold);
  const most = Math.max(...points.map(({ f1 }) => f1 ?? -1));
  // Of those that are as good, the one that changes least.
  const [best] = points
    .filter(({ f1 }) => f1 === most)
    .toSorted((a, b) => Math.abs(a.threshold - threshold) - Math.abs(b.threshold - threshold));
  if (own?.f1 == null || best?.f1 == null) return [];
  if (best.f1 <= own.f1)
    return [
      `None of ${points.length - 1} other thresholds that were tried, ${points[0]!.threshold} to ${points.at(-1)!.threshold}, would have done better.`,
    ];
  const counts = ({ found, falseAlerts }: Pick<ThresholdPoint, 'found' | 'falseAlerts'>): string =>
    `${found} with ${falseAlerts} false`;
  const isSame = own.found === pooled.found && own.falseAlerts === pooled.falseAlerts;
  const counted = isSame ? '' : `, where only alerts count (${counts(own)} at ${threshold})`;
  const about = exact ? 'would' : 'would, as far as scores tell,';
  return [
    `A threshold of ${Number(best.threshold.toFixed(3))} ${about} have found ${counts(best)}${counted}.`,
  ];
}

function sum<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((total, each) => total + of(each), 0);
}
