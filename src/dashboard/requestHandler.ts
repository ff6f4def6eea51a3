import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Feedback } from '../models/decision/feedback.ts';
import { isOwnPage, mayAsk, sameText, tokenCookie } from './access.ts';
import { ACTION_FORMS, FEEDBACK_FORMS, parseAction, parseFeedback } from './actions/parseActions.ts';
import { isReceipt } from './actions/waitingFeedback.ts';
import type { Board } from './board.ts';
import type { Feed } from './feed.ts';
import { historyAnswer } from './history/historyAnswers.ts';
import type { Asset } from './loadAssets.ts';
import { type Metric, metricsText } from './metricsText.ts';
import type { WireFeedbackAnswer } from './page/wire.ts';
import { parseCursor } from './pageUpdate.ts';

/** What requests are answered from. */
export interface Served {
  readonly board: Board;
  readonly feed: Feed;
  readonly token: string | undefined;
  readonly maxClients: number;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly onFeedback: ((feedback: Feedback) => unknown) | undefined;
  readonly onAction: ((key: string | undefined) => unknown) | undefined;
  readonly waitingFor: () => string | undefined;
  readonly metrics: () => readonly Metric[];
}

/** Nothing but our own files, no inline script or style, no frame, no form. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const LARGEST_BODY = 10_000; // bytes

export function requestHandler(served: Served): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    answer(served, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else send(response, 500, message);
    });
  };
}

async function answer(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { board, token, assets } = served;
  const target = request.url ?? '/';
  // `//` would be read as the start of a host name.
  if (target.startsWith('//') || !URL.canParse(target, 'http://localhost'))
    return send(response, 400, 'Expected a path such as /healthz.');
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  if (pathname === '/healthz') return health(served, request, response);
  const given = searchParams.get('token');
  if (token !== undefined && given !== null && request.method === 'GET' && sameText(given, token)) {
    // The browser keeps it as a cookie, so that it leaves the address bar.
    response.writeHead(303, { Location: pathname, 'Set-Cookie': tokenCookie(token) }).end();
    return;
  }
  if (!mayAsk(request, token))
    return send(
      response,
      403,
      token === undefined
        ? 'Use the name of this machine: localhost or 127.0.0.1.'
        : 'A token is needed: open the address with ?token=… once, or send Authorization: Bearer ….',
    );
  if (request.method === 'POST' && pathname === '/feedback')
    return await receiveFeedback(served, request, response);
  if (request.method === 'POST' && pathname === '/actions')
    return await receiveAction(served, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'Method not allowed.');
  if (pathname === '/events') return follow(served, request, searchParams, response);
  const kept = historyAnswer(board, pathname, searchParams);
  if (kept !== undefined) return send(response, kept.status, kept.text, kept.type);
  if (pathname === '/metrics')
    return send(response, 200, metricsText(served.metrics()), 'text/plain; version=0.0.4; charset=utf-8');
  const asset = assets.get(pathname);
  if (asset === undefined) return send(response, 404, 'Not found.');
  send(response, 200, asset.text, asset.type);
}

/** 503 after the source has failed: then nothing is monitored any more. What it waits for is named to who may see the rest. */
function health(
  { board, token, waitingFor }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { source } = board;
  const reason = source === 'running' ? waitingFor() : undefined;
  const waiting = { source: 'waiting', ...(mayAsk(request, token) ? { for: reason } : {}) };
  const body = reason === undefined ? { source } : waiting;
  send(response, source === 'failed' ? 503 : 200, `${JSON.stringify(body)}\n`, 'application/json');
}

/** `?stream=` selects the stream; `?since=`, or a browser's `Last-Event-ID`, is the page's cursor. */
function follow(
  { board, feed, maxClients }: Served,
  request: IncomingMessage,
  asked: URLSearchParams,
  response: ServerResponse,
): void {
  if (feed.size >= maxClients) {
    send(response, 503, 'Too many connected clients.');
    return;
  }
  const wanted = asked.get('stream');
  const stream = wanted !== null && /^\d{1,15}$/.test(wanted) ? Number(wanted) : undefined;
  const last = request.headers['last-event-id'];
  const since = parseCursor(typeof last === 'string' ? last : (asked.get('since') ?? undefined));
  const start = board.start(stream);
  const cursor =
    since === undefined ? start : since.stream === stream ? since : { ...since, stream, records: 0 };
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  feed.add(response, cursor, Date.now());
}

async function receiveFeedback(
  { board, onFeedback, onAction }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (onFeedback === undefined) return send(response, 404, 'Feedback is not enabled.');
  if (isRefused(request, response)) return;
  const parsed = parseFeedback(await bodyOf(request));
  if (parsed === undefined) return send(response, 400, `Expected ${FEEDBACK_FORMS}.`);
  const taken = board.takeFeedback(parsed);
  if (taken === undefined) return send(response, 410, 'These records are no longer kept.');
  let waiting = false;
  for (const piece of taken.pieces) {
    const given: unknown = await onFeedback(piece);
    if (!isReceipt(given)) continue;
    waiting = true;
    taken.wait(piece, given);
  }
  if (waiting) await onAction?.(taken.pieces[0]!.key); // what waits is part of the snapshot
  send(response, 200, JSON.stringify({ waiting } satisfies WireFeedbackAnswer), 'application/json');
}

/** Anything else that a user does: it concerns what is shown and alerted, not the detector. */
async function receiveAction(
  { board, onAction }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isRefused(request, response)) return;
  const parsed = parseAction(await bodyOf(request));
  if (parsed === undefined) return send(response, 400, `Expected ${ACTION_FORMS}.`);
  const of = board.actions.take(parsed, Date.now());
  if (of === undefined) return send(response, 410, 'This incident or stream is no longer kept.');
  await onAction?.(of.key);
  send(response, 200, '{}', 'application/json');
}

/** Refuses what no page of ours has sent. */
function isRefused(request: IncomingMessage, response: ServerResponse): boolean {
  const isJson = /^application\/json\b/.test(request.headers['content-type'] ?? '');
  if (!isOwnPage(request)) send(response, 403, 'Accepted only from the dashboard itself.');
  else if (!isJson) send(response, 415, 'Expected application/json.');
  else return false;
  return true;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'Content-Type': type }).end(text);
}
