import type { Inspection } from '../../inspect/index.ts';
import {
  ablationTable,
  flowTable,
  type InspectionTable,
  probeTable,
  unitTable,
} from '../../inspect/report/inspectionTables.ts';
import { counted, textTable } from '../text/formatText.ts';

const MOST_UNITS = 12;
const MOST_INCIDENTS = 10;

/** The results of an inspection, as text. */
export function inspectText(inspection: Inspection): string {
  const { stream, cell, engine, units, ablation, probes, explanations } = inspection;
  const long = units.filter(({ isLong }) => isLong).length;
  const lines = [
    `${stream.name} (${counted(stream.scores.length, 'record')}, cell ${cell}, ${counted(units.length, 'unit')}, engine ${engine})`,
    '',
    `Memory per unit, the longest first; ${long} of ${units.length} with long memory`,
    ...tableLines(unitTable(inspection), MOST_UNITS),
    '',
    'How far the gradient reaches, mean size',
    ...tableLines(flowTable(inspection)),
  ];
  if (ablation.length > 0)
    lines.push('', 'What each gate contributes', ...tableLines(ablationTable(inspection)));
  if (probes.length > 0)
    lines.push('', 'What can be read linearly from the state', ...tableLines(probeTable(inspection)));
  lines.push('', explanations.length === 0 ? 'No incidents' : 'Incidents, the most severe first');
  const gravest = explanations.toSorted((a, b) => b.score - a.score);
  for (const { text } of gravest.slice(0, MOST_INCIDENTS)) lines.push(`- ${text}`);
  if (gravest.length > MOST_INCIDENTS) lines.push(`… and ${gravest.length - MOST_INCIDENTS} more`);
  return `${lines.join('\n')}\n`;
}

function tableLines({ header, rows }: InspectionTable, most: number = rows.length): string[] {
  const lines = textTable(header, rows.slice(0, most)).split('\n');
  return rows.length > most ? [...lines, `… and ${rows.length - most} more`] : lines;
}
