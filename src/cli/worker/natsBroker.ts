import { readFile } from 'node:fs/promises';
import type { NatsLogin } from '../../clients/nats/natsLogin.ts';
import { fileFault, RxAnomalyError } from '../../core/errors.ts';
import { badOption } from '../../core/options.ts';
import { natsEngine, natsFleet } from '../../nats/natsEngine.ts';
import type { BrokerSettings, OpenBroker, WorkerEvent } from './brokers.ts';
import { messageReader } from './messageReader.ts';

/** How the environment says that NATS is reached. @throws RxAnomalyError BAD_OPTION, BAD_INPUT */
export async function natsLogin(command: string, url: string): Promise<NatsLogin> {
  // It may hold a password, in error: no part of it is shown.
  if (url.includes('@'))
    throw badOption(
      command,
      '--nats',
      'without a user and password, which go into NATS_USER and NATS_PASSWORD',
      '…@…',
    );
  const { NATS_USER: user, NATS_PASSWORD: pass, NATS_TOKEN: token, NATS_CREDENTIALS: file } = process.env;
  return {
    servers: url,
    ...(user === undefined ? {} : { user, pass: pass ?? '' }),
    ...(token === undefined ? {} : { token }),
    ...(file === undefined ? {} : { credentials: await textOf(file) }),
  };
}

export async function openNats({
  url,
  in: given,
  out,
  partitions,
  value,
  time,
  log,
}: BrokerSettings): Promise<OpenBroker> {
  const login = { ...(await natsLogin('worker', url)), name: out };
  const subjects = given ?? (await natsFleet(login))?.in;
  if (subjects === undefined)
    throw new RxAnomalyError('BAD_INPUT', `NATS: no worker has ever run with --out ${out}`);
  const read = messageReader({ value, time });
  const engine = await natsEngine<WorkerEvent>({
    ...login,
    in: subjects,
    ...(partitions === undefined ? {} : { partitions }),
    decode: ({ subject, data, time: stored }) => read(subject, data, stored),
    onProblem: (message) => log(`warning: ${message}`),
  });
  return { engine, close: async () => await engine.close() };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RxAnomalyError(
      'BAD_INPUT',
      `NATS_CREDENTIALS: ${file}: ${fileFault(error) ?? 'cannot be read'}`,
      { cause: error },
    );
  }
}
