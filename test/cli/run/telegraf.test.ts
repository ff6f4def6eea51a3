import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLines } from '../../../src/clients/influx/parseLines.ts';
import { Random } from '../../../src/core/random.ts';
import { rxAnomaly, start, temporaryFolder } from '../rxAnomaly.ts';

const folder = temporaryFolder();
const START = BigInt(Date.UTC(2026, 0, 5)) * 1_000_000n;

/** What an agent sends of two hosts every ten seconds; a spike of the first at 280. */
function metrics(from: number, to: number): string[] {
  const random = new Random(4);
  const lines: string[] = [];
  for (let k = 0; k < to; k++) {
    const noise = random.normal();
    if (k < from) continue;
    const time = START + 10_000_000_000n * BigInt(k);
    for (const host of ['a\\ 1', 'b']) {
      const idle = 90 + 5 * Math.sin(k / 20) + 0.2 * noise - (k === 280 && host !== 'b' ? 60 : 0);
      lines.push(`cpu,host=${host} idle=${idle},n=${k % 3}i,up=t,text="x, y=z, ${k}" ${time}`);
    }
    lines.push(`note,host=c text="no numbers, \\"${k}\\"" ${time}`);
  }
  return lines;
}

const fieldsOf = (text: string): Record<string, unknown>[] =>
  parseLines(text).points.map(({ fields }) => fields);

describe('telegraf', () => {
  it('adds to every number what is unusual about it, and leaves the rest as it is, in order', async () => {
    const lines = metrics(0, 300);
    const { code, stdout, stderr } = await rxAnomaly(['telegraf'], { input: `${lines.join('\n')}\n` });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^1,200 values in .*: \d+ anomal/m);
    const out = stdout.trimEnd().split('\n');
    expect(out).toHaveLength(lines.length);
    for (const [k, line] of lines.entries()) {
      const end = line.lastIndexOf(' ');
      expect(out[k]!.startsWith(line.slice(0, end))).toBe(true); // the fields that it had, byte for byte
      expect(out[k]!.slice(out[k]!.lastIndexOf(' '))).toBe(line.slice(end));
    }
    const fields = fieldsOf(stdout);
    const spike = fields[3 * 280]!;
    expect(spike).toMatchObject({ idle_anomaly: true, n_anomaly: false });
    expect(spike.idle_score).toBeGreaterThan(0.5);
    expect(spike.idle_expected).toBeGreaterThan(80);
    expect(fields[3 * 280 + 1]).toMatchObject({ idle_anomaly: false });
    expect(Object.keys(fields[2]!)).toEqual(['text']);
  });

  it('scores as detect does', async () => {
    const lines = metrics(0, 300).filter((line) => line.startsWith('cpu,host=b'));
    const { stdout } = await rxAnomaly(['telegraf', '--field', 'idle', '--add', 'score,lower,severity'], {
      input: lines.join('\n'), // without a line break at its end
    });
    const rows = parseLines(lines.join('\n')).points.map(
      ({ fields, timeNs }) =>
        `${new Date(Number(BigInt(timeNs!) / 1_000_000n)).toISOString()},${fields.idle}`,
    );
    const table = folder.file('idle.csv', ['time,idle', ...rows].join('\n'));
    const detected = await rxAnomaly(['detect', table]);
    const expected = detected.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(
      fieldsOf(stdout).map(({ idle_score, idle_lower = null, idle_severity }) => [
        idle_score,
        idle_lower,
        idle_severity,
      ]),
    ).toEqual(expected.map(({ score, lower, severity }) => [score, lower, severity]));
  });

  it('resumes from its state, also after it was killed', async () => {
    const input = (from: number, to: number) => ({ input: `${metrics(from, to).join('\n')}\n` });
    const whole = await rxAnomaly(['telegraf'], input(0, 300));
    const kept = ['telegraf', '--checkpoint', join(folder.path, 'state'), '--checkpoint-every', '0'];
    const first = await rxAnomaly(kept, input(0, 200));
    expect(first.stderr).toContain('state saved in');
    const killed = start(kept, { ...input(200, 250), open: true });
    let text = '';
    killed.child.stdout!.on('data', (chunk: string) => {
      text += chunk;
    });
    while (text.split('\n').length <= 150) await once(killed.child.stdout!, 'data');
    killed.child.kill('SIGKILL');
    await killed.finished;
    const second = await rxAnomaly(kept, input(250, 300));
    expect(second.stderr).toContain('resuming from');
    expect(first.stdout + text).toBe(`${whole.stdout.split('\n').slice(0, 750).join('\n')}\n`);
    // What was learnt since the last state is gone; the spike is found all the same.
    expect(fieldsOf(second.stdout)[3 * 30]).toMatchObject({ idle_anomaly: true });
  });

  it('saves its state in the middle of an incident, and resumes there', async () => {
    const kept = ['telegraf', '--checkpoint', join(folder.path, 'open')];
    const first = await rxAnomaly(kept, { input: `${metrics(0, 281).join('\n')}\n` });
    expect(fieldsOf(first.stdout)[3 * 280]).toMatchObject({ idle_anomaly: true });
    expect(first.stderr).toContain('state saved in');
    expect(first.code).toBe(0);
    const second = await rxAnomaly(kept, { input: `${metrics(281, 300).join('\n')}\n` });
    expect(second.stderr).toContain('resuming from');
    expect(second.code).toBe(0);
  });

  it('loses nothing while nobody reads, nor when the input ends', async () => {
    const lines = metrics(0, 3000);
    const started = start(['telegraf', '--field', 'idle'], { input: `${lines.join('\n')}\n`, open: true });
    const { stdout } = started.child;
    stdout!.pause();
    await new Promise((done) => setTimeout(done, 1000)); // the pipe is full by then
    stdout!.resume();
    started.child.stdin!.end();
    const finished = await started.finished;
    expect(finished.code).toBe(0);
    expect(finished.stdout.trimEnd().split('\n')).toHaveLength(lines.length);
  });

  it('names fields that no metric has, with those that there are', async () => {
    const input = `${metrics(0, 3).join('\n')}\n`;
    const { code, stderr } = await rxAnomaly(['telegraf', '--field', 'idel'], { input });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: --field idel: no metric has such a number; others are .*idle/m);
    expect((await rxAnomaly(['telegraf', '--field', 'idle'], { input })).stderr).not.toContain('warning');
  });

  it('is quiet about a line of which it has read a part when its reader leaves', async () => {
    const { child, finished } = start(['telegraf'], { open: true });
    const line = `${metrics(0, 1)[0]!}\n`;
    const [whole, part] = [line.repeat(20_000), line.slice(0, -8)];
    child.stdin!.write(whole + part);
    child.stdout!.once('data', () => child.stdout!.destroy());
    const { code, stderr } = await finished;
    expect(code).toBe(0);
    expect(stderr).not.toContain('warning');
  });

  it('writes all that it has read when it is stopped', async () => {
    const lines = metrics(0, 50);
    const started = start(['telegraf'], { input: `${lines.join('\n')}\n`, open: true });
    let text = '';
    started.child.stdout!.on('data', (chunk: string) => {
      text += chunk;
    });
    while (text === '') await once(started.child.stdout!, 'data');
    started.child.kill('SIGTERM');
    const { code } = await started.finished;
    expect(code).toBe(143);
    expect(text.trimEnd().split('\n')).toHaveLength(lines.length);
  });

  it('passes what it cannot read, and names that are taken, and says so', async () => {
    const input = 'garbage\nm,host=a v=1,v_score=2 1\n  \nm,host=a v=1,v_score=2 2\nmore garbage\n';
    const { stdout, stderr } = await rxAnomaly(['telegraf', '--add', 'score', '--field', 'v'], { input });
    expect(stdout).toBe('garbage\nm,host=a v=1,v_score=2 1\nm,host=a v=1,v_score=2 2\nmore garbage\n');
    expect(stderr).toContain(
      'is no metric in line protocol and passes as it is: garbage; set data_format = "influx"',
    );
    expect(stderr).toContain('has a field v_score already');
    expect(stderr).toContain('2 lines passed that could not be read');
  });

  it.each([
    [['--add', 'anomalies'], /--add.*Expected some of anomaly, score/s],
    [['--checkpoint-every', '5'], /--checkpoint-every has no effect without --checkpoint/],
    [['--fleet', '--seed', '3'], /--seed has no effect with --fleet/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await rxAnomaly(['telegraf', ...args], { input: '' });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
