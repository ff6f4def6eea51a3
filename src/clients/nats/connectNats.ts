import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { ServerFailure } from '../retry.ts';
import type { JetStream, JetStreamManager, NatsConnection, NatsPackages } from './natsClient.ts';
import { type NatsLogin, serversOf } from './natsLogin.ts';

/** A connection, and JetStream on it. */
export interface NatsClient {
  readonly connection: NatsConnection;
  readonly js: JetStream;
  readonly manager: JetStreamManager;
  readonly headers: NatsPackages['headers'];
  /** Called whenever the connection is lost. */
  readonly onLost: Set<() => void>;
}

const PACKAGES = ['@nats-io/transport-node', '@nats-io/jetstream'] as const;
/** Milliseconds for an answer, after which a request is taken for lost. */
const TIMEOUT = 5000;
/** Between two attempts to connect again, milliseconds. */
const RECONNECT = 250;

/**
 * Connects, and connects again whenever the connection is lost.
 *
 * @param onProblem called when it is lost
 * @param needsStreams whether a server without JetStream is refused
 * @throws RxAnomalyError BAD_INPUT without the packages; SERVER where the server refuses or does not answer
 */
export async function connectNats(
  login: NatsLogin,
  onProblem: (message: string) => void = () => {},
  needsStreams = true,
): Promise<NatsClient> {
  const packages = await loadNats();
  const servers = serversOf(login.servers);
  const where = servers.join(', ');
  try {
    const connection = await packages.connect({
      servers,
      ...{ maxReconnectAttempts: -1, reconnectTimeWait: RECONNECT, name: 'rx-anomaly' },
      noAsyncTraces: true, // else each request makes the stack of two errors that it does not need
      ...(login.user === undefined ? {} : { user: login.user, pass: login.pass }),
      ...(login.token === undefined ? {} : { token: login.token }),
      // The client itself takes tls:// for a wish, and connects without where the server has none.
      ...(login.tls === undefined && !servers.some((each) => each.startsWith('tls://'))
        ? {}
        : { tls: login.tls ?? {} }),
      ...(login.credentials === undefined
        ? {}
        : { authenticator: packages.credsAuthenticator(new TextEncoder().encode(login.credentials)) }),
    });
    const onLost = new Set([() => onProblem(`${where}: the connection was lost; connecting again`)]);
    void reportLosses(connection, onLost);
    const options = { timeout: TIMEOUT, checkAPI: needsStreams };
    const manager = await packages.jetstreamManager(connection, options).catch(async (error: unknown) => {
      // A server that has just started, or a cluster that elects its leader, has none yet.
      const isConfigured = connection.info?.jetstream === true || connection.info?.cluster !== undefined;
      await connection.close();
      throw natsFailure(error, where, isConfigured);
    });
    const js = packages.jetstream(connection, options);
    return { connection, manager, js, headers: packages.headers, onLost };
  } catch (error) {
    throw natsFailure(error, where, false);
  }
}

async function reportLosses(connection: NatsConnection, onLost: ReadonlySet<() => void>): Promise<void> {
  for await (const { type } of connection.status())
    if (type === 'disconnect') for (const report of onLost) report();
}

/** Codes of JetStream for an append to a stream or subject that has another last message by now. */
const WRONG_SEQUENCE: readonly unknown[] = [10071, 10164, 10070];

export function isWrongSequence(error: unknown): boolean {
  return WRONG_SEQUENCE.includes(codeOf(error));
}

/** The stream, the consumer or the message is not there. */
export function isNotFound(error: unknown): boolean {
  return [10059, 10014, 10037, 10043, 10057].includes(codeOf(error) as number);
}

/** The server, or the user, has no JetStream. */
export function hasNoStreams(error: unknown): boolean {
  const isOff = error instanceof Error && ['JetStreamNotEnabled', 'NoRespondersError'].includes(error.name);
  return isOff || [10039, 10076].includes(codeOf(error) as number);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * What a request failed of, with what to do about it.
 *
 * @param isConnected whether JetStream has answered before: then a stream that does not has no leader just now
 */
export function natsFailure(error: unknown, where: string, isConnected = true): Error {
  if (error instanceof RxAnomalyError) return error;
  const name = error instanceof Error ? error.name : '';
  const status = (error as { readonly status?: unknown } | null)?.status;
  const message = messageOf(error) || name;
  const fail = (isTransient: boolean, remedy = ''): ServerFailure =>
    new ServerFailure(`NATS (${where}): ${message}${remedy}`, isTransient, { cause: error });
  if (/^Authorization|^UserAuth|Authorization Violation/i.test(`${name} ${message}`))
    return fail(false, '; check user, password, token or credentials');
  if (message.includes("does not support 'tls'")) return fail(false, '; nats:// connects without TLS');
  if (name === 'PermissionViolationError')
    return fail(false, "; give the user this right in the server's configuration");
  if (hasNoStreams(error) && isConnected)
    return new ServerFailure(`NATS (${where}): no stream answers just now`, true, { cause: error });
  if (hasNoStreams(error))
    return fail(false, '; start nats-server with -js, or with jetstream { } in its configuration');
  // Of an answer of JetStream itself, 5xx is a server that has no leader, no room or no time just now.
  if (typeof status === 'number' && name.startsWith('JetStreamApi')) return fail(status >= 500);
  return fail(true);
}

async function loadNats(): Promise<NatsPackages> {
  try {
    const [core, jetstream] = await Promise.all(PACKAGES.map((name) => import(name) as Promise<object>));
    return { ...core, ...jetstream } as NatsPackages;
  } catch (error) {
    const isMissing = PACKAGES.some((name) => messageOf(error).includes(`'${name}'`));
    const reason = isMissing ? 'are not installed' : `do not load (${messageOf(error).split('\n')[0]})`;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `NATS: the packages ${PACKAGES.join(' and ')} ${reason}; run npm install ${PACKAGES.map((name) => `${name}@3`).join(' ')}`,
      { cause: error },
    );
  }
}
