import { textTable } from '../../cli/text/formatText.ts';
import { choiceTables, foldTables, jointChoiceTables, leaveOutTables } from './foldTables.ts';
import { differenceCell, over } from './qualityCells.ts';
import type { QualityResults, SetResults } from './qualityResults.ts';
import { type QualityTable, qualityTables, setTitle } from './qualityTables.ts';

/** How results are printed: every table as text, or the main measures as one table of Markdown for each set. */
export type QualityFormat = 'text' | 'markdown';

export function renderQuality(results: QualityResults, format: QualityFormat): string {
  const done = results.sets.filter(({ configurations }) => configurations.length > 0);
  const parts = done.map(format === 'markdown' ? markdown : text);
  const joint = jointChoiceTables(results).map(format === 'markdown' ? markdownPart : textPart);
  const left = leaveOutTables(results).map(format === 'markdown' ? markdownPart : textPart);
  return [...parts, ...joint, ...left].join('\n');
}

function text(set: SetResults): string {
  const tables = [...qualityTables(set), ...foldTables(set)].map((table) => `\n${textPart(table)}`);
  return `${setTitle(set)}\n${tables.join('')}`;
}

function textPart({ title, header, rows }: QualityTable): string {
  return `${title}\n${textTable(header, rows)}\n`;
}

function markdown(set: SetResults): string {
  const parts = [mainTable(set), ...choiceTables(set)].map(markdownPart);
  return parts.join('\n');
}

function markdownPart({ title, header, rows }: QualityTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, at) => (at === 0 ? '---' : '---:'));
  return `**${title}**\n\n${[header, rule, ...rows].map(line).join('\n')}\n`;
}

/** The main measures of a set in one table; held-out ones where there are folds. */
function mainTable(set: SetResults): QualityTable {
  const first = set.configurations[0].name;
  const ahead = (name: string, measure: string): string => {
    const measures = set.comparisons.find(({ baseline }) => baseline === name)?.measures;
    const found = measures?.find((each) => each.measure === measure && each.at === 'own threshold');
    return found === undefined ? '' : differenceCell(found, found.measure);
  };
  const heldOut = (cell: string): string[] => (set.folds === undefined ? [] : [cell]);
  return {
    title: setTitle(set),
    header: [
      '',
      'NAB',
      ...heldOut('held out'),
      'at best',
      'incident F1',
      'F1 by alert',
      ...heldOut('held out'),
      'at best',
      'VUS-PR',
      'false alerts per 1,000',
      `NAB, ${first} ahead`,
      `F1, ${first} ahead`,
    ],
    rows: set.configurations.map(({ name, seeds }) => [
      name,
      over(seeds, ({ nab }) => nab[0].score, 1),
      ...heldOut(over(seeds, ({ nab }) => nab[0].heldOut?.score ?? null, 1)),
      over(seeds, ({ nab }) => nab[0].best.score, 1),
      over(seeds, ({ incidents }) => incidents.f1, 3),
      over(seeds, ({ byAlert }) => byAlert.own.f1, 3),
      ...heldOut(over(seeds, ({ byAlert }) => byAlert.heldOut?.f1 ?? null, 3)),
      over(seeds, ({ byAlert }) => byAlert.best.f1, 3),
      over(seeds, ({ vusPr }) => vusPr, 3),
      over(seeds, ({ incidents }) => incidents.falseAlertsPer1000, 2),
      ahead(name, 'NAB standard'),
      ahead(name, 'F1 by alert'),
    ]),
  };
}
