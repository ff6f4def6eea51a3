import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtSources } from '../support/run/builtSources.ts';
import { LONGEST } from '../support/run/longFirst.ts';
import { needsOwnProcess } from '../support/run/ownProcess.ts';
import { ROOT } from './sourceFiles.ts';

const files = readdirSync(`${ROOT}test`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file.replaceAll('\\', '/')}`);

describe('what is built', () => {
  const { resolveId } = builtSources();
  const from = (importer: string, id: string) => resolveId(id, join(ROOT, importer));

  it('is taken for a source that tests or sources import, but for those of the command line, which are packed', () => {
    const built = join(ROOT, 'dist/models/detector.js');
    expect(from('test/models/detector.test.ts', '../../src/models/detector.ts')).toBe(built);
    expect(from('src/operators/detect.ts', '../models/detector.ts')).toBe(built);
    expect(from('test/cli/some.test.ts', '../../src/cli/version.ts')).toBeUndefined();
    expect(from('test/models/detector.test.ts', '../support/series.ts')).toBeUndefined();
    expect(from('test/models/detector.test.ts', 'rxjs')).toBeUndefined();
  });
});

describe('the files of tests', () => {
  it('have properties with a seed', () => {
    expect(fc.readConfigureGlobal()).toMatchObject({ seed: 1 });
  });

  it('that take longest are there', () => {
    expect(LONGEST.filter((file) => !existsSync(`${ROOT}${file}`))).toEqual([]);
  });

  it('share processes, most of them, but for those whose helpers start servers', () => {
    const own = files.filter(needsOwnProcess);
    expect(own.length).toBeLessThan(files.length / 2);
    expect(own).toContain('test/cli/run/influx.test.ts');
    expect(own).toContain('test/sources/replay.test.ts'); // which sets the clock
    expect(own).not.toContain('test/models/detector.test.ts');
  });

  it.each([
    ["vi.spyOn(console, 'warn');", true],
    ['const given = vi.fn();', false],
    ["process.on('exit', () => {});", true],
    ['globalThis.fetch = fake;', true],
    ["import { spawn } from 'node:child_process';", true],
    ['// In a process of its own: it counts what was loaded.', true],
    ['expect(1 + 1).toBe(2);', false],
  ])('with %j have a process of their own: %j', (text, isOwn) => {
    const folder = mkdtempSync(join(tmpdir(), 'test-run-'));
    const file = join(folder, 'some.test.ts');
    writeFileSync(file, text);
    expect(needsOwnProcess(file)).toBe(isOwn);
    rmSync(folder, { recursive: true });
  });
});
