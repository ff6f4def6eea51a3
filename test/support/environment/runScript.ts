import { spawn } from 'node:child_process';

/**
 * Runs a script of this repository and collects what it prints.
 *
 * @param script with its options
 * @param cwd the folder to run it in
 * @param interrupt sends it Ctrl-C, once, when that is printed
 */
export async function runScript(
  script: readonly string[],
  cwd: string,
  interrupt?: RegExp,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--expose-gc', ...script], { cwd });
  let output = '';
  let isInterrupted = false; // twice would end it at once
  const note = (chunk: Buffer): void => {
    output += chunk.toString();
    if (!isInterrupted && interrupt?.test(output)) isInterrupted = child.kill('SIGINT');
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, output };
}
