import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What a test file, or a helper that it imports, does to its process or waits for outside of it. Such a file gets a process of
 * its own. All others share one, with all modules of the source loaded: that takes half the time.
 */
const OWN_PROCESS: readonly RegExp[] = [
  /\bvi\.(?!fn\b|waitFor\b)/, // spies, stubs, clocks, time limits
  /\bprocess\.(?:on|once|exit|exitCode|emit\w*|chdir|env\.\w+ =)\b/,
  /\b(?:globalThis\.\w+|Date\.now|Math\.random|\w+\.prototype\.\w+) = /,
  /'node:(?:child_process|worker_threads|http|https|net|v8|vm)'|'playwright-core'/,
  /^(?:before|after)(?:Each|All)\(/m, // in a helper: it would run for the first file only
  /\/\/ In a process of its own:/, // a file that says so
  /\btfjs(?:Node)?\b.*'|\bloadEngine\b|\bfallback(?:s|Count)\b/i, // engines that are loaded once in a process
];

/** Only starts commands and waits for their ends, which leaves nothing behind in the process of the test. */
const COMMANDS = join('test', 'cli', 'rxAnomaly.ts');

const IMPORT = /\b(?:from|import) '(\.[^']+)'/g;

/** The files of tests among a file and its imports, all of them. */
function testFilesOf(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const target = join(dirname(file), path!);
    const found = [target, target.replace(/\.js$/, '.ts')].find(existsSync);
    if (found !== undefined && target.startsWith('test')) testFilesOf(found, seen);
  }
  return seen;
}

/** Whether a test needs a process of its own. @param file from the root of the repository, as are all paths here */
export function needsOwnProcess(file: string): boolean {
  return [...testFilesOf(file, new Set())].some((each) => {
    if (each === COMMANDS) return false;
    const text = readFileSync(each, 'utf8');
    return OWN_PROCESS.some((pattern) => pattern.test(text));
  });
}

/** Whether a test loads modules anew: what is built is loaded by Node, once for all. @param file of a test */
export function needsNewModules(file: string): boolean {
  return /\bvi\.resetModules\b/.test(readFileSync(file, 'utf8'));
}
