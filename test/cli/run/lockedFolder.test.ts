import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, start, temporaryFolder } from '../rxAnomaly.ts';
import { table } from '../tables.ts';

const folder = temporaryFolder();

describe('--checkpoint with the folder of another process', () => {
  const content = table(30);
  const file = folder.file('table.csv', content);

  it('ends with a line that names the process, and works again once that is over or killed', async () => {
    const state = join(folder.path, 'state');
    const second = (): ReturnType<typeof rxAnomaly> => rxAnomaly(['detect', file, '--checkpoint', state]);
    for (const end of ['its input ends', 'it is killed'] as const) {
      const first = start(['detect', '-', '--checkpoint', state], { input: content, open: true });
      await expect.poll(() => readdirSync(folder.path).includes('state') && locks(state)).toBe(1);
      const refused = await second();
      expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(
        new RegExp(
          `^rx-anomaly: .*state: is used by process ${first.child.pid} \\(\\S+ detect\\) on \\S+ since 20\\S+; stop it first, or use another folder\\n$`,
        ),
      );
      if (end === 'it is killed') first.child.kill('SIGKILL');
      else first.child.stdin!.end();
      const { code } = await first.finished;
      expect(code).toBe(end === 'it is killed' ? null : 0);
      const { code: accepted, stderr } = await second();
      expect(accepted, stderr).toBe(0);
      expect(locks(state)).toBe(0);
    }
  });
});

/** How many processes ask for the folder. */
function locks(state: string): number {
  return readdirSync(state).filter((name) => name.endsWith('.lock')).length;
}
