import { jetstreamManager } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { connectNats } from '../../src/clients/nats/connectNats.ts';
import { NatsVerdicts } from '../../src/nats/natsVerdicts.ts';
import { trimStream } from '../../src/nats/trimStream.ts';
import { describeWithNats, type Nats } from '../support/environment/nats.ts';

/** A stream of verdicts, and how many of them it still has. */
async function verdicts(nats: Nats, name: string, keepVerdicts: number) {
  const client = await connectNats({ servers: nats.url });
  const manager = await jetstreamManager(await nats.connection());
  const stream = `${name}-out-0`;
  await manager.streams.add({ name: stream, subjects: [`${name}.0`] });
  const out = new NatsVerdicts(client, {
    name,
    keepVerdicts,
    onProblem: (message) => expect.unreachable(message),
  });
  const kept = async () => (await manager.streams.info(stream)).state;
  const append = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) await out.append(0, await out.last(0), n, `[${n}]`);
  };
  return { client, stream, out, kept, append };
}

async function later(): Promise<number> {
  for (const before = Date.now(); Date.now() <= before; ) await new Promise((done) => setTimeout(done, 1));
  return Date.now();
}

describeWithNats('old verdicts on NATS', (nats) => {
  it('are removed by their age, the last one never', async () => {
    const { client, stream, out, kept, append } = await verdicts(nats(), 'aged', 1e12);
    await trimStream(client, stream, Date.now()); // there is none
    await append(1, 31);
    const half = await later();
    await append(31, 51);
    await trimStream(client, stream, half - 1e6);
    expect(await kept()).toMatchObject({ first_seq: 1, last_seq: 50 });
    await trimStream(client, stream, half);
    expect(await kept()).toMatchObject({ first_seq: 31, last_seq: 50 });
    await trimStream(client, stream, Date.now() + 1e6);
    expect(await kept()).toMatchObject({ first_seq: 50, last_seq: 50 });
    expect(await out.last(0)).toEqual({ position: 50, revision: '50' });
    await append(51, 52);
    expect(await out.last(0)).toEqual({ position: 51, revision: '51' });
    await client.connection.close();
  });

  it('are removed by whoever appends', async () => {
    const { client, kept, append } = await verdicts(nats(), 'kept', 50);
    await append(1, 11);
    await new Promise((done) => setTimeout(done, 60)); // until they are old
    await append(11, 12);
    await expect.poll(async () => (await kept()).messages).toBe(1);
    await client.connection.close();
  });
});
