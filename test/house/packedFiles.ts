import { spawnSync } from 'node:child_process';
import { ROOT } from './sourceFiles.ts';

let files: ReadonlySet<string> | undefined;

/** The paths of the files that `npm pack` puts into the package. */
export function packedFiles(): ReadonlySet<string> {
  files ??= new Set(
    JSON.parse(
      spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: ROOT,
        encoding: 'utf8',
        shell: process.platform === 'win32',
      }).stdout,
    )[0].files.map(({ path }: { readonly path: string }) => path),
  );
  return files;
}
