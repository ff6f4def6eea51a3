import { once } from 'node:events';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { describeWithNats } from '../../support/environment/nats.ts';
import { rxAnomaly, type Started, start, temporaryFolder } from '../rxAnomaly.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const TIMEOUT = 240_000;

/** Resolves when a process has written so many lines. */
function lines({ child }: Started): (count: number) => Promise<void> {
  let text = '';
  child.stdout!.on('data', (chunk: string) => {
    text += chunk;
  });
  return async (count) => {
    while (text.split('\n').length <= count) await once(child.stdout!, 'data');
  };
}

describeWithNats('detect --nats', (nats) => {
  it('resumes after the position of its state, also when the server has died', {
    timeout: TIMEOUT,
  }, async () => {
    const manager = await jetstreamManager(await nats().connection());
    await manager.streams.add({ name: 'PLANT', subjects: ['plant.*'] });
    const send = async (from: number, to: number): Promise<void> => {
      const js = manager.jetstream();
      for (let k = from; k < to; k++) {
        const payload = JSON.stringify({ v: Math.sin(k / 9) + (k === 450 ? 30 : 0) });
        while (!(await js.publish('plant.press', payload, { msgID: `m${k}` }).catch(() => undefined)));
      }
    };
    const args = ['detect', '--nats', nats().url, '--subject', 'plant.*', '--value', 'v', '--from-start'];
    args.push('--forecaster', 'ema', '--checkpoint', join(folder.path, 'state'));
    await send(0, 300);
    const first = start(args);
    await lines(first)(300);
    first.child.kill('SIGTERM');
    const before = parseLines((await first.finished).stdout);
    await send(300, 400);
    const second = start(args);
    const written = lines(second);
    await written(100);
    await nats().kill();
    await nats().start();
    await send(400, 500);
    await written(200);
    second.child.kill('SIGTERM');
    const { stdout, stderr } = await second.finished;
    const verdicts = [...before, ...parseLines(stdout)];
    expect(stderr).toContain('resuming from');
    expect(verdicts).toHaveLength(500);
    for (const [k, { value, key }] of verdicts.entries())
      expect([value, key]).toEqual([Math.sin(k / 9) + (k === 450 ? 30 : 0), 'plant.press']);
    expect(verdicts[450]!.isAnomaly).toBe(true);
  });

  it('refuses wrong use in one line', { timeout: TIMEOUT }, async () => {
    const fault = async (...args: string[]): Promise<string> => (await rxAnomaly(['detect', ...args])).stderr;
    expect(await fault('--nats', nats().url)).toContain('detect: --nats needs --subject');
    expect(await fault('--nats', 'nats://me:secret@a', '--subject', 'a')).not.toContain('secret');
    expect(await fault('--nats', nats().url, '--subject', 'a..b')).toContain(
      'expected --subject to be a subject',
    );
    expect(
      await fault('--nats', nats().url, '--subject', 'a', '--mqtt', 'mqtt://a', '--topic', 'a'),
    ).toContain('name one of');
    expect(await fault('--nats', nats().url, '--subject', 'unkept.*', '--from-start')).toMatch(
      /no stream keeps unkept\.\*, so that nothing is there from the start; make a stream for it/,
    );
    // The client would connect without.
    expect(await fault('--nats', nats().url.replace('nats:', 'tls:'), '--subject', 'a')).toMatch(
      /server does not support 'tls'; nats:\/\/ connects without TLS/,
    );
  });
});
