import { describe, expect, it } from 'vitest';
import { lineLevel } from '../../../src/sources/log/lineLevel.ts';

describe('the level of a line', () => {
  it.each([
    ['FATAL: out of memory', 'fatal'],
    ['orders: ERROR cannot write', 'error'],
    ['[error] 2#2: open() failed', 'error'],
    ['<crit> disk', 'crit'],
    ['out of memory (fatal)', 'fatal'],
    ['level=critical msg=down', 'critical'],
    ['a level="error" b', 'error'],
    ['main|EMERG|x', 'emerg'],
    [`${'x'.repeat(2000)} (fatal)`, 'fatal'],
    ['no error was found', undefined],
    ['critical section entered', undefined],
    ['INFO ready', undefined],
    ['ERRORS: 0', undefined],
    ['level=info msg="an error of old"', undefined],
    ['', undefined],
  ])('%s: %s', (line, level) => {
    expect(lineLevel(line)).toBe(level);
  });
});
