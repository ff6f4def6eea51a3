import { readFile } from 'node:fs/promises';
import type { NatsLogin } from '../../../clients/nats/natsLogin.ts';
import { fileFault, RxAnomalyError } from '../../../core/errors.ts';

/** How the environment says that NATS is reached. @throws RxAnomalyError BAD_INPUT */
export async function natsLogin(url: string): Promise<NatsLogin> {
  const { NATS_USER: user, NATS_PASSWORD: pass, NATS_TOKEN: token, NATS_CREDENTIALS: file } = process.env;
  return {
    servers: url,
    ...(user === undefined ? {} : { user, pass: pass ?? '' }),
    ...(token === undefined ? {} : { token }),
    ...(file === undefined ? {} : { credentials: await textOf(file) }),
  };
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
