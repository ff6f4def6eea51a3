import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';

/** A process, so that it is recognised when its number belongs to another one: after a crash, or a reboot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process was started, in clock ticks since boot; absent where the system does not say (not Linux). */
  readonly start?: string;
  /** Of the running kernel: another one after a reboot, and on another machine. */
  readonly boot?: string;
  /** The namespace in which `pid` counts: containers of one machine each have their own. */
  readonly namespace?: string;
  readonly host: string;
  /** Of the worker thread; 0 for the main one. */
  readonly thread: number;
  /** Script and subcommand. No further arguments: they may contain passwords. */
  readonly command: string;
}

/** Milliseconds. A process that shows no sign of life for so long is taken for gone, where it cannot be looked up. */
export const SILENCE = 30_000;

/** Who runs this. */
export function thisProcess(): ProcessIdentity {
  const start = startOf(process.pid);
  const boot = contentOf('/proc/sys/kernel/random/boot_id');
  const namespace = namespaceOfPids();
  return {
    pid: process.pid,
    ...(start === undefined ? {} : { start }),
    ...(boot === undefined ? {} : { boot }),
    ...(namespace === undefined ? {} : { namespace }),
    host: hostname(),
    thread: threadId,
    command: commandOf(process.argv),
  };
}

/**
 * Whether a process is gone for good. Certain on Linux, where number, start and boot identify a process. Elsewhere, and
 * of another machine or container, by its last sign of life.
 *
 * @param seen its last sign of life, milliseconds since 1970
 * @param now milliseconds since 1970
 */
export function isGone(other: Partial<ProcessIdentity>, seen: number, now: number): boolean {
  const self = thisProcess();
  if (other.pid !== undefined && canLookUp(other, self)) return startOf(other.pid) !== other.start;
  const isLocal = self.boot === undefined && other.boot === undefined && other.host === self.host;
  if (isLocal && other.pid !== undefined && !exists(other.pid)) return true;
  if (now - seen > SILENCE) return true;
  // Of before this machine's start. With a margin: a process of another machine may just have been about to show itself.
  return self.boot !== other.boot && seen < now - 1000 * uptime() - SILENCE / 3;
}

/** Whether the kernel that runs this can tell of that process. */
export function canLookUp(other: Partial<ProcessIdentity>, self: ProcessIdentity = thisProcess()): boolean {
  return self.start !== undefined && other.boot === self.boot && other.namespace === self.namespace;
}

/** undefined where there is no such process any more, or no way to know. */
function startOf(pid: number): string | undefined {
  const stat = contentOf(`/proc/${pid}/stat`);
  // proc(5): `pid (name) state …`, the start is field 22. The name may contain blanks and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isOver = fields?.[0] === 'Z' || fields?.[0] === 'X'; // ended; only its parent has not noticed yet
  return isOver ? undefined : fields?.[19];
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function namespaceOfPids(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined; // not Linux
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined; // not Linux, or no such process
  }
}

function commandOf([, script = 'node', ...args]: readonly string[]): string {
  const subcommand = args[0] !== undefined && /^[a-z][a-z-]*$/.test(args[0]) ? ` ${args[0]}` : '';
  return `${nameOf(script)}${subcommand}`;
}

/** What the user calls it: that of the command line is the package's. */
function nameOf(script: string): string {
  try {
    if (realpathSync(script) === fileURLToPath(new URL('../cli/main.js', import.meta.url)))
      return 'rx-anomaly';
  } catch {
    // no file: `node -e`
  }
  return basename(script);
}
