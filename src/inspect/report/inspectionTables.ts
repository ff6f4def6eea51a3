import { formatNumber } from '../../charts/formatNumber.ts';
import { clampedGateName } from '../ablation.ts';
import type { Inspection } from '../streamInspection.ts';

/** A table of text; the first column names the row, the rest are numbers. */
export interface InspectionTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What each unit remembers, the longest memory first. */
export function unitTable({ units }: Inspection): InspectionTable {
  const several = units.some(({ layer }) => layer > 0);
  const hasOutput = units.some(({ output }) => !Number.isNaN(output));
  return {
    header: [
      'unit',
      'half-life, events',
      'forget',
      'input',
      ...(hasOutput ? ['output'] : []),
      'written |i⊙g|',
      'mean |c|',
      'greatest |c|',
      'median i/(1−f)',
    ],
    rows: units.map(
      ({ layer, unit, halfLife, forget, input, output, write, cell, greatest, bound, isLong }) => [
        `${several ? `layer ${layer + 1}, unit ${unit + 1}` : unit + 1}${isLong ? ' (long memory)' : ''}`,
        short(halfLife),
        forget.toFixed(3),
        input.toFixed(3),
        ...(hasOutput ? [output.toFixed(3)] : []),
        short(write),
        short(cell),
        short(greatest),
        short(bound),
      ],
    ),
  };
}

const LAGS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** The gradient by lag, in powers of two. */
export function flowTable({ flow }: Inspection): InspectionTable {
  const several = flow.length > 1;
  const known = flow[0]?.direct.length ?? 0;
  return {
    header: [
      'events back',
      ...flow.flatMap((_, layer) => {
        const of = several ? `, layer ${layer + 1}` : '';
        return [`forget gates ∏f${of}`, `measured ∂c/∂c${of}`];
      }),
    ],
    rows: LAGS.filter((lag) => lag < known).map((lag) => [
      String(lag),
      ...flow.flatMap(({ direct, measured }) => [short(direct[lag]), short(measured[lag])]),
    ]),
  };
}

/** What the network loses without each gate. */
export function ablationTable({ ablation, stream }: Inspection): InspectionTable {
  const sought = stream.labels === undefined ? 'of its incidents found' : 'of the labels found';
  return {
    header: ['network', 'forecast error', 'relative to unchanged', 'flagged', sought, 'false alerts'],
    rows: ablation.map(({ clamped, error, relativeError, flags, incidents, found, falseAlerts }) => [
      clampedGateName(clamped),
      error.map(short).join(', '),
      Number.isFinite(relativeError) ? relativeError.toFixed(2) : '–',
      flags.toLocaleString('en'),
      `${found} of ${incidents}`,
      String(falseAlerts),
    ]),
  };
}

/** What can be read from the state. */
export function probeTable({ probes }: Inspection): InspectionTable {
  const ratio = (r2: number): string => (Number.isFinite(r2) ? r2.toFixed(3) : '–');
  return {
    header: ['quantity', 'R² from the hidden state', 'R² from the inputs alone', 'events'],
    rows: probes.map(({ name, fromState, fromInputs, events }) => [
      name,
      ratio(fromState),
      ratio(fromInputs),
      events.toLocaleString('en'),
    ]),
  };
}

/** Three significant digits. */
function short(x: number): string {
  return x === Number.POSITIVE_INFINITY ? '∞' : formatNumber(Number(x.toPrecision(3)));
}
