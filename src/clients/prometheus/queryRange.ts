import { show } from '../../core/options.ts';
import { causeOf } from '../causeOf.ts';
import { ServerFailure } from '../retry.ts';

/** How a Prometheus is reached. */
export interface PrometheusServer {
  /** Without user and password. */
  readonly url: URL;
  /** The value of the header Authorization. */
  readonly authorization: string | undefined;
  /** Milliseconds until a whole answer must have arrived. */
  readonly requestTimeout: number;
}

/** A range of moments, in milliseconds since 1970-01-01T00:00:00Z: both ends are in it. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The samples of one series in a range. */
export interface PrometheusSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since 1970-01-01T00:00:00Z, and the value as text. */
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

export interface PrometheusAnswer {
  readonly series: readonly PrometheusSeries[];
  /** What Prometheus remarks. */
  readonly warnings: readonly string[];
}

/** A range whose answer would be too large for the server; a shorter one may do. */
export class TooMuch extends ServerFailure {}

/** Asks for a range, once. @throws ServerFailure */
export async function queryRange(
  { url, authorization, requestTimeout }: PrometheusServer,
  query: string,
  { start, end, step }: Range,
  signal: AbortSignal,
): Promise<PrometheusAnswer> {
  const path = `${url.pathname.replace(/\/+$/, '')}/api/v1/query_range`;
  const parameters = { query, start: seconds(start), end: seconds(end), step: seconds(step) };
  const patience = AbortSignal.timeout(requestTimeout);
  let status: number;
  let text: string;
  try {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      body: new URLSearchParams(parameters),
      headers: authorization === undefined ? {} : { authorization },
      signal: AbortSignal.any([signal, patience]),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    const reason = patience.aborted ? `no answer within ${requestTimeout} ms` : causeOf(error);
    throw new ServerFailure(`Prometheus at ${url.origin}: ${reason}`, true, { cause: error });
  }
  return readAnswer(url, status, text);
}

/** @throws ServerFailure */
function readAnswer(url: URL, status: number, text: string): PrometheusAnswer {
  const answer = parsed(text);
  const where = `Prometheus at ${url.origin}`;
  if (answer?.status === 'success' && answer.data?.resultType === 'matrix') {
    const series = (answer.data.result ?? []).map(({ metric = {}, values = [] }) => ({
      labels: metric,
      values,
    }));
    return { series, warnings: answer.warnings ?? [] };
  }
  const error = answer?.error;
  if (error !== undefined && /too many samples|maximum resolution/.test(error))
    throw new TooMuch(`${where}: ${error}`, false);
  if (status === 401 || status === 403)
    throw new ServerFailure(
      `${where}: ${status}: the user is refused; check token, user and password`,
      false,
    );
  const isTransient = status === 429 || status >= 500;
  if (error !== undefined) throw new ServerFailure(`${where}: ${error}`, isTransient);
  throw new ServerFailure(
    `${where}: ${status}: expected an answer of Prometheus's API, got ${show(text.slice(0, 80))}; check the address`,
    isTransient,
  );
}

interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly data?: {
    readonly resultType?: string;
    readonly result?: readonly {
      readonly metric?: Readonly<Record<string, string>>;
      readonly values?: PrometheusSeries['values'];
    }[];
  };
}

function parsed(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
}

/** Decimal seconds: milliseconds are the finest that Prometheus knows. */
function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
