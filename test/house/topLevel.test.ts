import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROOT } from './sourceFiles.ts';

/** What a clone has at its top; anything else is scratch that was committed by mistake, or belongs into one of these. */
const TOP = [
  ...['.ci', '.gitignore', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md'],
  ...['biome.json', 'package-lock.json', 'package.json', 'tsconfig.build.json', 'tsconfig.json'],
  ...['typedoc.json', 'vitest.config.ts', 'examples', 'fixtures', 'src', 'test'],
];

it('the top of the repository has what it is to have', () => {
  // Where there is no git, as in an unpacked archive, all that is there counts, but for what npm and the build make.
  const tracked = (): string[] =>
    execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' })
      .split('\0')
      .flatMap((path) => path.split('/')[0] || []);
  let found: string[];
  try {
    found = tracked();
  } catch {
    found = readdirSync(ROOT).filter((name) => TOP.includes(name));
  }
  expect([...new Set(found)].toSorted()).toEqual(TOP.toSorted());
});
