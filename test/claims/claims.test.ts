import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../house/sourceFiles.ts';
import { runScript } from '../support/environment/runScript.ts';
import { READERS } from './measurements.js';
import { holds, readClaims, readFigures } from './readClaims.js';

const readme = readFileSync(`${ROOT}README.md`, 'utf8');

describe('the table of claims in the README', () => {
  it('has a reader for each row, and each reader a row', () => {
    expect(readClaims(readme).map(({ name }) => name)).toEqual(Object.keys(READERS));
  });

  it('is the only place of these figures in the README', () => {
    const rest = readme
      .split('\n')
      .filter((line) => !line.startsWith('|'))
      .join('\n');
    const figures = readClaims(readme).flatMap((claim) => claim.figures.map(({ text }) => text));
    expect(figures.filter((text) => text.length > 3 && rest.includes(text))).toEqual([]);
  });
});

describe('readFigures', () => {
  it('reads numbers, what they may differ by, and nothing else', () => {
    expect(readFigures('78.1 ± 1.1').map(({ value, drift }) => [value, drift])).toEqual([
      [78.1, expect.closeTo(1.1)],
    ]);
    expect(readFigures('176 of 177; 1,024.50').map(({ value, drift }) => [value, drift])).toEqual([
      [176, expect.closeTo(0.5)],
      [177, expect.closeTo(0.5)],
      [1024.5, expect.closeTo(0.005)],
    ]);
    expect(readFigures('1.4 ± 20 % times').map(({ drift }) => drift)).toEqual([expect.closeTo(0.28)]);
  });

  it('refuses a text without figures', () => {
    expect(() => readFigures('many')).toThrow('no figure in "many"');
  });
});

describe('readClaims', () => {
  it('refuses a document without the table, an empty one, and a row that is none', () => {
    const head = '| claim | figure | command |\n|---|---|---|\n';
    expect(() => readClaims('# Title')).toThrow('no table of claims');
    expect(() => readClaims(`${head}\ntext`)).toThrow('no rows');
    expect(() => readClaims(`${head}| speed | 3 | npm run bench |\n`)).toThrow(
      'not a row of claim, figure and command: | speed | 3 | npm run bench |',
    );
  });
});

describe('a claim', () => {
  const claim = { name: 'found', figures: readFigures('20 of 22; 0.10'), command: 'npm run demo' };

  it.each([
    [true, [20, 22, 0.1]],
    [true, [20, 22, 0.095]],
    [false, [19, 22, 0.1]],
    [false, [20, 22, 0.11]],
    [false, [20, 22]],
    [false, [20, 22, Number.NaN]],
  ])('%s of %j', (expected, measured) => {
    expect(holds(claim, measured)).toBe(expected);
  });
});

describe('npm run claims', () => {
  const claims = (...options: string[]) => runScript([`${ROOT}test/claims/claims.js`, ...options], ROOT);

  it('measures, and fails where it cannot', async () => {
    const { code, output } = await claims('--only', 'last value');
    expect(code).toBe(1);
    expect(output).toMatch(
      /FAILS +NAB score with the last value .* not measured: give the folder of NAB with --nab/,
    );
  });

  it('refuses what it does not know', async () => {
    expect(await claims('--only', 'nothing')).toMatchObject({ code: 2 });
    expect(await claims('--all')).toMatchObject({ code: 2 });
    expect(await claims('--nab', 'nowhere')).toMatchObject({ code: 2 });
    expect((await claims('--help')).output).toContain('Usage: npm run claims');
  });
});
