import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseLines } from '../../../src/clients/influx/parseLines.ts';
import { Random } from '../../../src/core/random.ts';
import { type Started, start, temporaryFolder } from '../rxAnomaly.ts';

const folder = temporaryFolder();
const START = BigInt(Date.UTC(2026, 0, 5)) * 1_000_000n;
const KILLED_AT = [60, 121, 180, 241, 300];
const SPIKE = 320;

/**
 * Telegraf's side of the pipe, as its plugin `execd` does it: metrics are written to the processor without waiting for what
 * comes back, and forgotten; a processor that has ended is started again.
 */
class Execd {
  readonly #args: readonly string[];
  #run: Started;
  #sent: string[] = []; // to this process
  #read: string[] = []; // from it
  #partial = '';
  readonly written: string[] = [];
  readonly received: string[] = [];
  /** Written to a process that was killed before they came back. */
  readonly lost: string[] = [];
  /** What came of a line that was cut off. */
  readonly cut: string[] = [];
  stderr = '';

  constructor(args: readonly string[]) {
    this.#args = args;
    this.#run = this.#start();
  }

  #start(): Started {
    const run = start(this.#args, { open: true });
    [this.#sent, this.#read, this.#partial] = [[], [], ''];
    run.child.stdout!.on('data', (text: string) => {
      const lines = (this.#partial + text).split('\n');
      this.#partial = lines.pop()!;
      this.#read.push(...lines);
      this.received.push(...lines);
    });
    return run;
  }

  get stdout() {
    return this.#run.child.stdout!;
  }

  write(lines: readonly string[]): void {
    this.#sent.push(...lines);
    this.written.push(...lines);
    this.#run.child.stdin!.write(`${lines.join('\n')}\n`);
  }

  /** Resolves when all that this process was sent has come back. */
  async settled(): Promise<void> {
    while (this.#read.length < this.#sent.length) {
      const ended = await Promise.race([once(this.stdout, 'data').then(() => undefined), this.#run.finished]);
      if (ended !== undefined) throw new Error(`it has ended: ${ended.stderr}`);
    }
  }

  async killed(): Promise<void> {
    this.#run.child.kill('SIGKILL');
    this.stdout.resume();
    this.stderr += (await this.#run.finished).stderr;
    this.lost.push(...this.#sent.slice(this.#read.length));
    this.cut.push(this.#partial);
    this.#run = this.#start();
  }

  async ended(): Promise<number | null> {
    this.#run.child.stdin!.end();
    const { code, stderr } = await this.#run.finished;
    this.stderr += stderr;
    return code;
  }
}

describe('telegraf, for an hour in which it is killed five times', () => {
  it('loses nothing but what was in the pipe, cuts no line, and knows what it had learnt', async () => {
    const state = join(folder.path, 'state');
    const options = ['--checkpoint', state, '--checkpoint-every', '0.2', '--field', 'idle'];
    const telegraf = new Execd(['telegraf', ...options]);
    const random = new Random(4);
    const savedAt = (): number =>
      statSync(join(state, 'telegraf.checkpoint'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    for (let k = 0; k < 360; k++) {
      const time = START + 10_000_000_000n * BigInt(k);
      const noise = random.normal();
      const metrics = ['a\\ 1', 'b'].map((host) => {
        const idle = 90 + 5 * Math.sin(k / 20) + 0.2 * noise - (k === SPIKE && host !== 'b' ? 30 : 0);
        return `cpu,host=${host},zone=ü idle=${idle},n=${k}i,text="x, y=z, ${k}" ${time}`;
      });
      const before = savedAt();
      const isKilled = KILLED_AT.includes(k);
      if (isKilled && k % 2 === 0) {
        telegraf.stdout.pause(); // Telegraf is busy: the pipe is full
        const notes = Array.from({ length: 20_000 }, (_, i) => `note,host=c text="no numbers, ${i}" ${time}`);
        telegraf.write([...notes, ...metrics]);
        await delay(1000);
      } else telegraf.write(metrics);
      if (isKilled) await telegraf.killed();
      else await telegraf.settled();
      // Ten seconds pass here: what was learnt so far is saved.
      if (KILLED_AT.includes(k + 1)) while (savedAt() <= before) await delay(20);
    }
    expect(await telegraf.ended()).toBe(0);
    const { written, received, lost, cut, stderr } = telegraf;
    expect(cut).toEqual(KILLED_AT.map(() => ''));
    expect(stderr.match(/^resuming from/gm)).toHaveLength(KILLED_AT.length);
    // What was lost is lost from the end of what a process was sent; everything else came back in order, as it was.
    expect(received.length + lost.length).toBe(written.length);
    const gone = new Set(lost);
    const expected = written.filter((line) => !gone.has(line));
    expect(received).toHaveLength(expected.length);
    for (const [k, line] of expected.entries()) {
      const end = line.lastIndexOf(' ');
      expect(received[k]!.startsWith(line.slice(0, end))).toBe(true);
      expect(received[k]!.endsWith(line.slice(end))).toBe(true);
    }
    const { points } = parseLines(received.join('\n'));
    const scored = points.filter(({ measurement }) => measurement === 'cpu');
    expect(scored.every(({ fields }) => typeof fields.idle_score === 'number')).toBe(true);
    const flagged = scored.filter(({ fields }) => fields.idle_anomaly === true);
    const spike = String(START + 10_000_000_000n * BigInt(SPIKE));
    expect(flagged.map(({ timeNs }) => String(timeNs))).toContain(spike);
    expect(scored.every(({ tags }) => tags.zone === 'ü')).toBe(true);
  }, 300_000);
});
