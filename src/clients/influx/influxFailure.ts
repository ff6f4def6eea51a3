import type { Cause } from '../../core/errors.ts';
import { ServerFailure } from '../retry.ts';

interface InfluxFailureOptions extends Cause {
  readonly isStatement?: boolean;
  readonly isForeign?: boolean;
}

/** A failed request to an InfluxDB. */
export class InfluxFailure extends ServerFailure {
  /** Whether the server has answered and refused the statement itself. */
  readonly isStatement: boolean;
  /** Whether the answer is not one of an InfluxDB. */
  readonly isForeign: boolean;

  constructor(message: string, isTransient: boolean, options: InfluxFailureOptions = {}) {
    super(message, isTransient, options);
    this.name = 'InfluxFailure';
    this.isStatement = options.isStatement ?? false;
    this.isForeign = options.isForeign ?? false;
  }
}

/** What a server that starts, stops or is overloaded says in an answer of status 200. */
const PASSING =
  /timeout|timed out|interrupted|closed|disabled|shutting down|too many|overloaded|unavailable/i;

/** An error in an answer of status 200. */
export function statementFailure(message: string): InfluxFailure {
  return new InfluxFailure(`InfluxDB: ${message}`, PASSING.test(message), { isStatement: true });
}

/**
 * What the transport raised, by its HTTP status where there is one, with what to set.
 *
 * @param url of the server, for messages
 * @param isKnown whether it has answered before: then it is where it should be, and whatever is wrong may pass
 */
export function transportFailure(error: unknown, url: URL, isKnown: boolean): InfluxFailure {
  if (error instanceof InfluxFailure) {
    if (!error.isForeign || isKnown) return error;
    const advice = `what answers at ${url.host} is no InfluxDB: ${ADDRESS}`;
    return new InfluxFailure(`${error.message}; ${advice}`, false, { cause: error });
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  const status = statusOf(cause);
  const message = [codeOf(cause), cause.message].filter(Boolean).join(': ') || 'no answer';
  const where = status === undefined ? `InfluxDB at ${url.origin}` : 'InfluxDB';
  const failure = (isTransient: boolean, advice?: string): InfluxFailure =>
    new InfluxFailure(`${where}: ${message}${advice === undefined ? '' : `; ${advice}`}`, isTransient, {
      cause,
    });
  if (status !== undefined)
    return failure(status >= 500 || status === 408 || status === 429, adviceOnStatus(status, message));
  const advice = adviceOnConnection(cause, url);
  return failure(isKnown || advice === undefined, advice);
}

const ADDRESS = 'set url (--influx) to the address of an InfluxDB, with the path where a proxy adds one';
const CREDENTIALS =
  'set username and password (--username, --password) or token (--token) of a user who may do this';

function adviceOnStatus(status: number, message: string): string | undefined {
  if (status === 401 || status === 403) return CREDENTIALS;
  if (/HTTP request .*to (an )?HTTPS/i.test(message)) return 'set url (--influx) to https://…';
  if (status === 404 || (status >= 300 && status < 400) || status === 405) return ADDRESS;
  return undefined;
}

/** What to set where no retry helps; undefined where one may. */
function adviceOnConnection(cause: Error, url: URL): string | undefined {
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `set url (--influx) to a name that the certificate of ${url.host} is for`;
  if (/CERT|SIGNATURE|SELF_SIGNED|ISSUER/.test(code))
    return `the certificate of ${url.host} is not trusted: set the environment variable NODE_EXTRA_CA_CERTS to the file of its authority`;
  // TLS spoken to a server of plain HTTP.
  if (
    code === 'EPROTO' ||
    /WRONG_VERSION_NUMBER|ERR_SSL|packet length too long/.test(`${code} ${cause.message}`)
  )
    return `what answers at ${url.host} does not speak HTTPS: set url (--influx) to http://… or to another port`;
  if (code.startsWith('HPE_'))
    return `what answers at ${url.host} does not speak HTTP: set url (--influx) to https://… or to another port`;
  if (/^ERR_(INVALID_URL|UNESCAPED)|EADDRNOTAVAIL|ERR_SOCKET_BAD_PORT/.test(code))
    return 'set url (--influx) to another address';
  return undefined;
}

/** Whether a failure is an answer of an InfluxDB, or of a proxy before it. */
export function hasAnswered({ isStatement, cause }: InfluxFailure): boolean {
  // The pool names a status of 500 and above by its text alone.
  const isOverloaded = cause instanceof Error && cause.constructor.name === 'ServiceNotAvailableError';
  return isStatement || (isOverloaded && cause.message !== 'Request timed out');
}

/** What to report where a server that has never answered is given up. */
export function unreachable(error: unknown, url: URL): unknown {
  if (!(error instanceof ServerFailure) || !error.isTransient) return error;
  const message = `${error.message}; set url (--influx) to where InfluxDB listens, if that is not ${url.host}`;
  return new InfluxFailure(message, true, { cause: error });
}

function statusOf(error: object): number | undefined {
  const res: unknown = 'res' in error ? error.res : undefined;
  if (typeof res !== 'object' || res === null || !('statusCode' in res)) return undefined;
  return typeof res.statusCode === 'number' ? res.statusCode : undefined;
}

/** `ECONNREFUSED` and the like, where the message does not have it: that of an AggregateError is empty. */
function codeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return error.message.includes(code) ? '' : code;
}
