import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

const COOKIE = 'rx_anomaly_token';

/** Whether an address is reachable only from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Who may send requests. Without a token only pages of this machine: the Host header must name it, otherwise a
 * foreign page whose name resolves to this address (DNS rebinding) could read along. With a token, whoever sends it
 * in the cookie or in the header Authorization.
 */
export function mayAsk(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return isLoopback(hostOf(request));
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return [bearer, cookieOf(request)].some((given) => given !== undefined && sameText(given, token));
}

/** Whether a request that changes something was made by our own page, or by a program. */
export function isOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { origin } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === headers.host);
}

/** The header by which a browser keeps the token from the address. */
export function tokenCookie(token: string): string {
  return `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`;
}

export function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hostOf({ headers }: IncomingMessage): string {
  const host = headers.host ?? '';
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  const found = (headers.cookie ?? '').split(/;\s*/).find((pair) => pair.startsWith(`${COOKIE}=`));
  try {
    return found === undefined ? undefined : decodeURIComponent(found.slice(COOKIE.length + 1));
  } catch {
    return undefined; // not one of our own
  }
}
