import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { CsvRow } from '../../../src/sources/index.ts';
import { fromCsv } from '../../../src/sources/index.ts';
import { bytesOf } from './csvOf.ts';

const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'big.csv');
const COUNT = 50_000;
writeFileSync(
  path,
  `t,v\n${Array.from({ length: COUNT }, (_, i) => `${1600000000 + i},${i % 9}\n`).join('')}`,
);

/** Whether this process holds the file open (Linux shows it). */
function isOpen(): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false; // the descriptor of this very listing
    }
  });
}

describe('fromCsv', () => {
  it('gives a number where value names one column, an array where it is a list or guessed', async () => {
    const input = (): AsyncIterable<Uint8Array> => bytesOf('t,a,key\n2014-01-01,5,x\n');
    const scalar = await firstValueFrom(fromCsv(input(), { value: 'a', key: 'key' }));
    expectTypeOf(scalar).toEqualTypeOf<CsvRow<number>>();
    expect(scalar).toMatchObject({ time: Date.UTC(2014, 0, 1), key: 'x', value: 5 });
    expect(scalar.row).toBe(1);
    const list = await firstValueFrom(fromCsv(input(), { value: ['a'] }));
    expectTypeOf(list).toEqualTypeOf<CsvRow>();
    expect(list.value).toEqual([5]);
    const guessed = await firstValueFrom(fromCsv(input()));
    expectTypeOf(guessed).toEqualTypeOf<CsvRow>();
    expect(guessed.value).toEqual([5]);
  });

  it('gives every row in order and reads the file anew for each subscriber', async () => {
    const readings$ = fromCsv(path, { value: 'v' });
    for (const _ of [1, 2]) {
      const readings = await lastValueFrom(readings$.pipe(toArray()));
      expect(readings.map((reading) => reading.row)).toEqual(readings.map((_, i) => i + 1));
      expect(readings).toHaveLength(COUNT);
    }
    expect(isOpen()).toBe(false);
  });

  it.runIf(process.platform === 'linux')('closes the file when it is unsubscribed from', async () => {
    const few = await lastValueFrom(fromCsv(path).pipe(take(3), toArray()));
    expect(few).toHaveLength(3);
    await expect.poll(isOpen).toBe(false);
    fromCsv(path).subscribe().unsubscribe(); // while it is being opened
    await expect.poll(isOpen).toBe(false);
  });

  it('lets go of a silent stream of bytes at once', async () => {
    let closed = false;
    const silent: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: async () => {
          closed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const subscription = fromCsv(silent).subscribe();
    await new Promise((resolve) => setTimeout(resolve, 10));
    subscription.unsubscribe();
    await expect.poll(() => closed).toBe(true);
  });

  it('puts faults on the error channel', async () => {
    await expect(lastValueFrom(fromCsv(join(folder, 'absent.csv')))).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(lastValueFrom(fromCsv(path, { value: 'speed' }))).rejects.toThrow('no column "speed"');
    const broken = fromCsv(bytesOf('t,v\n2014-01-01,5\n"2014'), { value: 'v' });
    await expect(lastValueFrom(broken)).rejects.toThrow('row 2: a quote is opened and never closed');
  });
});
