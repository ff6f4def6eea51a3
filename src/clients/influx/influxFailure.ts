import { ServerFailure } from '../serverFailure.ts';

/** A request to an InfluxDB that failed. */
export class InfluxFailure extends ServerFailure {
  constructor(message: string, isTransient: boolean, options?: ErrorOptions) {
    super(message, isTransient, options);
    this.name = 'InfluxFailure';
  }
}

/** Messages of a server that is starting, stopping or overloaded, inside an answer with status 200. */
const PASSING =
  /timeout|timed out|interrupted|closed|disabled|shutting down|too many|overloaded|unavailable/i;

/** An error inside an answer of status 200. */
export function statementFailure(message: string): InfluxFailure {
  return new InfluxFailure(`InfluxDB: ${message}`, PASSING.test(message));
}

/** An error of the transport, by its HTTP status where there is one. */
export function transportFailure(error: unknown): InfluxFailure {
  if (error instanceof InfluxFailure) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const status = statusOf(cause);
  const isTransient = status === undefined || status >= 500 || status === 408 || status === 429;
  const message = [codeOf(cause), cause.message].filter(Boolean).join(': ') || 'no answer';
  return new InfluxFailure(`InfluxDB: ${message}`, isTransient, { cause });
}

function statusOf(error: object): number | undefined {
  const res: unknown = 'res' in error ? error.res : undefined;
  if (typeof res !== 'object' || res === null || !('statusCode' in res)) return undefined;
  return typeof res.statusCode === 'number' ? res.statusCode : undefined;
}

/** `ECONNREFUSED` and the like, where the message does not contain it: that of an AggregateError is empty. */
function codeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return error.message.includes(code) ? '' : code;
}
