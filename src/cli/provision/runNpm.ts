import { spawnSync } from 'node:child_process';
import { RxAnomalyError } from '../../core/errors.ts';

/** Runs the npm that started this process, or the one on the path; returns what it printed. */
export function runNpm(args: readonly string[], cwd: string = process.cwd()): string {
  const script = process.env.npm_execpath; // set by `npm run` and `npx`; npx and pnpm put their own name here
  const [command, ...prefix] = script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm'];
  const run = spawnSync(command, [...prefix, ...args, '--loglevel=error'], { cwd, encoding: 'utf8' });
  if (run.status !== 0) {
    const reason =
      run.error?.message ??
      run.stderr.match(/^npm (?:error|ERR!) (?!code)(.+)$/m)?.[1] ??
      `exit ${run.status}`;
    throw new RxAnomalyError('NO_ENGINE', `provision: npm ${args.slice(0, 2).join(' ')} failed: ${reason}`);
  }
  return run.stdout;
}
