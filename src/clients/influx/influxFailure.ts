import { ServerFailure } from '../serverFailure.ts';

/** A request to an InfluxDB that did not come to what it should. */
export class InfluxFailure extends ServerFailure {
  constructor(message: string, isTransient: boolean, options?: ErrorOptions) {
    super(message, isTransient, options);
    this.name = 'InfluxFailure';
  }
}

/** What a server that is being started, stopped or overrun says inside an answer that is otherwise well. */
const PASSING =
  /timeout|timed out|interrupted|closed|disabled|shutting down|too many|overloaded|unavailable/i;

/** An error that stands in an answer of status 200. */
export function statementFailure(message: string): InfluxFailure {
  return new InfluxFailure(`InfluxDB: ${message}`, PASSING.test(message));
}

/** What the transport raised, by its HTTP status where there is one. */
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

/** `ECONNREFUSED` and the like, where the message does not say it: that of an AggregateError is empty. */
function codeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return error.message.includes(code) ? '' : code;
}
