import { type Separators, takeApart } from './writtenNumber.ts';

/** What the written numbers of a sample show of their separators. */
export interface SeparatorEvidence {
  /** Cells by what they show beyond doubt. */
  points: number;
  commas: number;
  pointGroups: number;
  commaGroups: number;
  /** Cells such as 1,234 or 1.234, which may be either. */
  openPoints: number;
  openCommas: number;
  /** Cells without a separator, and the largest of them. */
  whole: number;
  largestWhole: number;
  /** The first cell of the open ones, for messages. */
  sample: string | undefined;
}

/** 1,234 and 1.234: one separator, three digits after it, one to three before it that do not start with 0. */
const OPEN = /^[1-9]\d{0,2}[.,]\d{3}$/;

/** Whether a number is written as 1,234 and 1.234 are. */
export function isOpen(text: string): boolean {
  return OPEN.test(text.replace(/^[+-]/, ''));
}

export function separatorEvidence(cells: readonly string[]): SeparatorEvidence {
  const found: SeparatorEvidence = {
    points: 0,
    commas: 0,
    pointGroups: 0,
    commaGroups: 0,
    openPoints: 0,
    openCommas: 0,
    whole: 0,
    largestWhole: 0,
    sample: undefined,
  };
  for (const cell of cells) {
    const digits = takeApart(cell)?.digits;
    if (digits === undefined) continue;
    const commas = digits.split(',').length - 1;
    const points = digits.split('.').length - 1;
    if (commas + points === 0) {
      found.whole += 1;
      found.largestWhole = Math.max(found.largestWhole, Number(digits) || 0);
    } else if (commas > 0 && points > 0) {
      const comma = digits.lastIndexOf(',') > digits.lastIndexOf('.');
      found[comma ? 'commas' : 'points'] += 1;
      found[comma ? 'pointGroups' : 'commaGroups'] += 1;
    } else if (commas > 1 || points > 1) {
      // 10.0.0.1 is an address.
      if (!/^\d{1,3}(?:([.,])\d{2,3})(?:\1\d{2,3})*\1\d{3}$/.test(digits)) continue;
      found[commas > 1 ? 'commaGroups' : 'pointGroups'] += 1;
    } else if (OPEN.test(digits)) {
      found[commas === 1 ? 'openCommas' : 'openPoints'] += 1;
      found.sample ??= cell;
    } else {
      found[commas === 1 ? 'commas' : 'points'] += 1;
    }
  }
  return found;
}

/**
 * The decimal sign of a column: its own cells decide, then the file's other columns, then the delimiter.
 *
 * @param file what all columns of the file show
 * @returns the separators, and whether they were a guess that a user should know of
 */
export function decideSeparators(
  own: SeparatorEvidence,
  file: SeparatorEvidence,
  delimiter: string,
): Separators & { readonly open: boolean } {
  const sure = sureDecimal(own);
  if (sure !== undefined) {
    const grouped =
      sure === '.' ? own.commaGroups + own.openCommas > 0 : own.pointGroups + own.openPoints > 0;
    return { decimal: sure, grouped, open: false };
  }
  const ofFile = sureDecimal(file);
  if (own.openPoints + own.openCommas === 0) {
    return { decimal: ofFile, grouped: false, open: false };
  }
  if (ofFile !== undefined) {
    const grouped = ofFile === '.' ? own.openCommas > 0 : own.openPoints > 0;
    return { decimal: ofFile, grouped, open: false };
  }
  // Among whole numbers that reach the hundreds, 1,234 is the next thousand.
  if (own.whole > 0 && own.largestWhole >= 100) {
    return own.openCommas > 0
      ? { decimal: '.', grouped: true, open: true }
      : { decimal: ',', grouped: true, open: true };
  }
  if (own.openCommas > 0 && own.openPoints === 0) {
    // Between commas it had to be quoted, as spreadsheets do with thousands.
    return delimiter === ','
      ? { decimal: '.', grouped: true, open: true }
      : { decimal: ',', grouped: false, open: true };
  }
  // 19.920 as every program writes it; where other cells are whole that is worth a note.
  return { decimal: '.', grouped: false, open: own.whole > 0 || delimiter === ';' };
}

/** The decimal sign that the cells show beyond doubt; undefined where they show none, or both alike. */
function sureDecimal(e: SeparatorEvidence): '.' | ',' | undefined {
  const point = e.points + e.commaGroups;
  const comma = e.commas + e.pointGroups;
  return point === comma ? undefined : point > comma ? '.' : ',';
}

export function sumEvidence(all: readonly SeparatorEvidence[]): SeparatorEvidence {
  const sum = separatorEvidence([]);
  for (const each of all) {
    for (const name of [
      'points',
      'commas',
      'pointGroups',
      'commaGroups',
      'openPoints',
      'openCommas',
    ] as const)
      sum[name] += each[name];
  }
  return sum;
}
