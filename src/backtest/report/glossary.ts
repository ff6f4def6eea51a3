import { type Html, html } from './html.ts';

/** What the columns of the tables mean, by the beginning of their headings. */
const TERMS: readonly (readonly [term: string, meaning: string])[] = [
  [
    'found',
    'labelled incidents with a flagged record in them, or at most 5 records after; windows closer than 10 records are one',
  ],
  [
    'false',
    'alerts outside of all labelled incidents; one within 20 records of another is the same. “per 1,000” is per 1,000 records',
  ],
  ['precision', 'found / (found + false alerts): 1 where no alert was false'],
  ['recall', 'found / labelled incidents: 1 where nothing was missed'],
  ['F1', 'the harmonic mean of precision and recall: 1 is perfect'],
  [
    'median delay',
    'records from the beginning of a labelled incident to its first flagged record, half of them shorter',
  ],
  [
    'delay',
    'records from the beginning of a labelled incident to its first flagged record, half of them shorter',
  ],
  [
    'NAB',
    'score of the Numenta Anomaly Benchmark at the threshold of the run: 100 is perfect, 0 flags nothing; early detection counts more. “few false” and “few missed” weigh one of the errors more',
  ],
  ['precision by range', 'share of the flagged records’ ranges that are labelled, each range counting alike'],
  ['recall by range', 'share of the labelled ranges that is flagged, each range counting alike'],
  [
    'VUS-PR',
    'area under precision and recall over all thresholds, with tolerant edges of the labels (Paparrizos et al. 2022): 1 is perfect',
  ],
];

/** The meaning of those headings that have one. */
export function glossary(headings: readonly string[]): Html | false {
  const has = (term: string): boolean =>
    headings.some((heading) => heading === term || (heading.startsWith(term) && !isLonger(heading, term)));
  const known = TERMS.filter(([term]) => has(term));
  if (known.length === 0) return false;
  return html`<details class="glossary"><summary>What the columns mean</summary>
<dl>${known.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl></details>`;
}

/** Whether a longer term fits the heading as well. */
function isLonger(heading: string, term: string): boolean {
  return TERMS.some(([other]) => other.length > term.length && heading.startsWith(other));
}
