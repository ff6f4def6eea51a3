import type { ServerResponse } from 'node:http';
import type { Board } from './board.ts';
import { cursorText } from './cursorText.ts';
import type { Cursor } from './pageUpdate.ts';

/** Without changes, a page receives the status this often, which also shows that the server is alive. */
const IDLE = 2000; // ms
/** A page that has taken nothing for so long is disconnected; it may reconnect. */
const GIVE_UP = 30_000; // ms

interface Client {
  readonly response: ServerResponse;
  cursor: Cursor;
  /** Time of the last write, ms. */
  at: number;
}

/**
 * Sends pages what is new on the board, as server-sent events (WHATWG HTML, section 9.2). Nothing is queued for a
 * page that is slower than the stream: it is skipped until its socket has drained, then receives all that is new
 * since, or, where that is no longer kept, everything.
 */
export class Feed {
  readonly #board: Board;
  readonly #clients: Set<Client> = new Set();
  /** Times that a page was skipped. */
  skipped = 0;

  constructor(board: Board) {
    this.#board = board;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** @param response its headers are already written */
  add(response: ServerResponse, cursor: Cursor, now: number): void {
    const client = { response, cursor, at: now };
    this.#clients.add(client);
    response.on('close', () => this.#clients.delete(client));
    response.on('error', () => this.#clients.delete(client)); // it disconnected during a write
    response.write('retry: 1000\n\n');
    this.#tell(client, now);
  }

  /** Sends every page that can take it what is new. */
  tell(now: number): void {
    for (const client of this.#clients) this.#tell(client, now);
  }

  /** Disconnects all pages. */
  close(): void {
    for (const { response } of this.#clients) response.destroy();
    this.#clients.clear();
  }

  #tell(client: Client, now: number): void {
    const { response } = client;
    if (response.writableNeedDrain) {
      this.skipped++;
      if (now - client.at > GIVE_UP) response.destroy();
      return;
    }
    const { update, isIdle, cursor } = this.#board.since(client.cursor, now);
    if (isIdle && now - client.at < IDLE) return;
    client.cursor = cursor;
    client.at = now;
    response.write(`id: ${cursorText(cursor)}\ndata: ${update}\n\n`);
  }
}
