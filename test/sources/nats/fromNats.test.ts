import { jetstreamManager } from '@nats-io/jetstream';
import { filter, firstValueFrom, lastValueFrom, take, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/clients/backlog.ts';
import { fromNats, type NatsReading } from '../../../src/sources/nats/fromNats.ts';
import type { NatsWarning } from '../../../src/sources/nats/natsOptions.ts';
import { describeWithNats } from '../../support/environment/nats.ts';

const TIMEOUT = 240_000;
const retry = { first: 20, longest: 100, onRetry: () => {} };

describe('fromNats', { timeout: TIMEOUT }, () => {
  describeWithNats('with streams', (nats) => {
    it('reads a stream from a position, and what arrives while the server dies', async () => {
      const sender = await nats().connection();
      const manager = await jetstreamManager(sender);
      const js = manager.jetstream();
      await manager.streams.add({ name: 'PLANT', subjects: ['plant.>'] });
      const send = async (from: number, to: number): Promise<void> => {
        for (let k = from; k < to; k++) {
          const subject = k % 5 === 4 ? 'plant.other' : `plant.${k % 5}.temp`;
          while (!(await js.publish(subject, String(k), { msgID: `m${k}` }).catch(() => undefined)));
        }
      };
      await send(0, 50);
      const source = { servers: nats().url, subject: 'plant.*.temp', retry };
      const past = await lastValueFrom(fromNats({ ...source, position: 0 }).pipe(take(40), toArray()));
      expect(past.map(({ value }) => value)).toEqual(values(0, 50));
      expect(past[1]).toMatchObject({ key: 'plant.1.temp', value: 1, position: 2 });
      expect(Math.abs(past[1]!.time - Date.now())).toBeLessThan(TIMEOUT);
      const found: NatsReading[] = [];
      const rest = new Promise<void>((resolve, reject) => {
        fromNats({ ...source, position: past[19]!.position! }).subscribe({
          error: reject,
          next: (reading) => {
            found.push(reading);
            if (found.length === 100) resolve();
          },
        });
      });
      for (const end of [100, 125, 150]) {
        await nats().kill();
        await nats().start();
        await send(end === 100 ? 50 : end - 25, end);
      }
      await rest;
      expect(found.map(({ value }) => value)).toEqual(values(25, 150));
    });

    it('begins now, waits for a backlog, and names messages that are gone or no readings', async () => {
      const sender = await nats().connection();
      const manager = await jetstreamManager(sender);
      const js = manager.jetstream();
      await manager.streams.add({ name: 'OWN', subjects: ['own.*'] });
      for (let k = 0; k < 10; k++) await js.publish('own.a', JSON.stringify({ v: k, at: 1_700_000_000 + k }));
      await js.publish('own.b', 'online');
      await manager.streams.purge('OWN', { seq: 5 });
      const warnings: NatsWarning[] = [];
      const backlog = new Backlog(2);
      const source = { servers: nats().url, subject: 'own.*', value: 'v', time: 'at', retry };
      const seen: number[] = [];
      const all = new Promise<void>((resolve, reject) => {
        fromNats({ ...source, position: 2, backlog, onWarning: (each) => warnings.push(each) }).subscribe({
          error: reject,
          next: ({ value, time }) => {
            expect(time).toBe(1000 * (1_700_000_000 + value));
            seen.push(value);
            backlog.add(1);
            if (backlog.size > 2) reject(new Error('it did not wait'));
            setTimeout(() => backlog.add(-1), 5);
            if (seen.length === 6) resolve();
          },
        });
      });
      await all;
      expect(seen).toEqual([4, 5, 6, 7, 8, 9]);
      while (warnings.length < 2) await new Promise((done) => setTimeout(done, 20));
      expect(warnings[0]).toMatchObject({ kind: 'gone', message: expect.stringContaining('begins at 5') });
      expect(warnings[1]!.message).toMatch(/own\.b: expected JSON, got "online"/);
      const now = firstValueFrom(fromNats(source));
      let isDone = false;
      void now.finally(() => (isDone = true));
      for (let k = 0; !isDone; k++) {
        await js.publish('own.c', JSON.stringify({ v: 100 + k, at: 1_700_000_100 + k }));
        await new Promise((done) => setTimeout(done, 20));
      }
      expect((await now).value).toBeGreaterThanOrEqual(100);
      await expect(firstValueFrom(fromNats({ ...source, position: 1e9 }))).rejects.toThrow(
        /ends at \d+, before/,
      );
    });

    it('reads what no stream keeps, and reports that the server dies', async () => {
      const warnings: string[] = [];
      const readings = fromNats({
        ...{ servers: nats().url, subject: 'core.>', retry },
        onWarning: ({ kind }) => warnings.push(kind),
      });
      let kill = (): void => {
        kill = () => {};
        void nats().kill().then(nats().start);
      };
      const afterLoss = readings.pipe(
        tap(() => kill()),
        filter(() => warnings.includes('lost')),
      );
      const reading = firstValueFrom(afterLoss);
      const sender = await nats().connection();
      let isDone = false;
      void reading.finally(() => (isDone = true));
      while (!isDone) {
        sender.publish('core.x.y', '7.5');
        await new Promise((done) => setTimeout(done, 20));
      }
      expect(await reading).toMatchObject({ key: 'core.x.y', value: 7.5, position: undefined });
      expect(warnings).toEqual(['noStream', 'lost']);
    });
  });

  it('gives up where nobody answers, and refuses wrong options', async () => {
    await expect(
      firstValueFrom(fromNats({ servers: 'nats://127.0.0.1:1', subject: 'a', retry })),
    ).rejects.toMatchObject({ code: 'SERVER', message: expect.stringContaining('given up after') });
    expect(() => fromNats({ servers: 'nats://a', subject: 'a.>.b' })).toThrow(/expected subject/);
    expect(() => fromNats({ servers: 'http://a', subject: 'a' })).toThrow(/expected servers/);
  });
});

function values(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k).filter((k) => k % 5 !== 4);
}
