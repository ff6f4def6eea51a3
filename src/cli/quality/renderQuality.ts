import { textTable } from '../textTable.ts';
import type { QualityResults, SetResults } from './qualityResults.ts';
import { differenceCell, over, qualityTables, setTitle } from './qualityTables.ts';

/** How results are printed: every table as text, or the main measures as one table of Markdown for each set. */
export type QualityFormat = 'text' | 'markdown';

export function renderQuality({ sets }: QualityResults, format: QualityFormat): string {
  const done = sets.filter(({ configurations }) => configurations.length > 0);
  return done.map(format === 'markdown' ? markdown : text).join('\n');
}

function text(set: SetResults): string {
  const tables = qualityTables(set).map(
    ({ title, header, rows }) => `\n${title}\n${textTable(header, rows)}\n`,
  );
  return `${setTitle(set)}\n${tables.join('')}`;
}

function markdown(set: SetResults): string {
  const first = set.configurations[0]!.name;
  const ahead = (name: string, measure: string): string => {
    const measures = set.comparisons.find(({ baseline }) => baseline === name)?.measures;
    const found = measures?.find((each) => each.measure === measure && each.at !== 'best threshold');
    return found === undefined ? '' : differenceCell(found);
  };
  const header = [
    '',
    'NAB',
    'at best',
    'incident F1',
    'F1 by alert',
    'at best',
    'VUS-PR',
    'false alerts per 1,000',
    `NAB, ${first} ahead`,
    `F1, ${first} ahead`,
  ];
  const rows = set.configurations.map(({ name, seeds }) => [
    name,
    over(seeds, ({ nab }) => nab[0]!.score, 1),
    over(seeds, ({ nab }) => nab[0]!.best.score, 1),
    over(seeds, ({ incidents }) => incidents.f1, 3),
    over(seeds, ({ byAlert }) => byAlert.own.f1, 3),
    over(seeds, ({ byAlert }) => byAlert.best.f1, 3),
    over(seeds, ({ vusPr }) => vusPr, 3),
    over(seeds, ({ incidents }) => incidents.falseAlertsPer1000, 2),
    ahead(name, 'NAB standard'),
    ahead(name, 'F1 by alert'),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, at) => (at === 0 ? '---' : '---:'));
  return `**${setTitle(set)}**\n\n${[header, rule, ...rows].map(line).join('\n')}\n`;
}
