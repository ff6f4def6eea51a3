import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionSpec } from '../../src/core/optionSet.ts';
import { detectAnomaliesTable } from '../../src/operators/detectAnomalies.ts';
import { ROOT, readFolder } from './sourceFiles.ts';

const GUIDE = `${ROOT}examples/guides/options.md`;
const BEGIN = /<!-- tables: .* -->\n/;
const END = '<!-- end of tables -->';

const options: readonly [name: string, OptionSpec][] = Object.entries(detectAnomaliesTable);

/** A value as a program has it. */
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return Array.isArray(value) ? `[${value.map(literal).join(', ')}]` : String(value);
}

function row([name, { about, kind, unit = '', when, default: value, defaultText }]: [
  string,
  OptionSpec,
]): string {
  const shown = defaultText ?? `\`${literal(value)}\``;
  const cells = [`\`${name}\``, about, unit, kind.range, shown, when];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A table in Markdown of the options of one level. */
function table(level: 'basic' | 'expert'): string {
  const rows = options.filter(([, spec]) => (spec.level ?? 'expert') === level).map(row);
  return [
    '| option | what it is | unit | values | default | when to change it |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

describe('the guide to the options', () => {
  // `npm run docs:options` writes the file.
  it('has the tables of the source', async () => {
    const text = readFileSync(GUIDE, 'utf8');
    const begin = BEGIN.exec(text)!;
    const before = text.slice(0, begin.index + begin[0].length);
    const after = text.slice(text.indexOf(END));
    const tables = `\n## For everyone\n\n${table('basic')}\n\n## For experts\n\n${table('expert')}\n\n`;
    await expect(before + tables + after).toMatchFileSnapshot(GUIDE);
  });
});

describe('the guide to detecting', () => {
  const text = readFileSync(`${ROOT}examples/guides/detecting.md`, 'utf8');
  const settings = [
    ...text
      .slice(0, text.indexOf('## Replacing parts'))
      .matchAll(/`([a-zA-Z]+): (true|false|[\d._]+|'[^'`]*')`/g),
  ].map(([, name, value]) => [name!, value!] as const);

  it('sets options in its sentences', () => {
    expect(settings.length).toBeGreaterThan(3);
  });

  it.each(settings)(
    'sets one that detectAnomalies has, to a value that it accepts: %s: %s',
    (name, value) => {
      const spec = new Map(options).get(name);
      expect(spec, name).toBeDefined();
      expect(spec!.kind.expected(JSON.parse(value.replaceAll("'", '"').replaceAll('_', '')))).toBeUndefined();
    },
  );
});

describe('a table of options', () => {
  it.each(options)('describes %s in one line each, without a full stop', (_, { about, when, unit = '' }) => {
    for (const text of [about, when]) {
      expect(text).toMatch(/^[^\n]{4,120}[^.\n]$/);
    }
    expect(unit).not.toContain('\n');
  });

  it.each(options.filter(([, spec]) => spec.default !== undefined))(
    'has a valid default for %s',
    (_, spec) => {
      expect(spec.kind.expected(spec.default)).toBeUndefined();
    },
  );

  it('has the defaults of the docstrings', () => {
    const documented = new Map<string, string>();
    for (const text of readFolder('src', '.ts').values()) {
      for (const [, body] of text.matchAll(
        /^export interface (?:Reader|Key|StreamDetector|WarmUp|Calendar|Absence|Threshold|Recurrence|Lstm)Options\b[^{]*\{\n([\s\S]*?)^\}/gm,
      )) {
        for (const [, doc, name] of body!.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\??:/g)) {
          const found = /@default\s+([\s\S]*?)\s*$/.exec(doc!.replaceAll(/\n\s*\*/g, ' '));
          if (found !== null && !documented.has(`${name}`)) documented.set(name!, found[1]!.trim());
        }
      }
    }
    const constant = options.filter(
      ([, spec]) => spec.default !== undefined && spec.defaultText === undefined,
    );
    expect(constant.length).toBeGreaterThan(20);
    for (const [name, spec] of constant)
      expect([name, documented.get(name)]).toEqual([name, literal(spec.default)]);
  });
});
