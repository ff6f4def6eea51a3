import type { ServerResponse } from 'node:http';
import type { Board, Cursor } from './board.ts';
import { cursorText } from './cursorText.ts';

/** Without news a page hears of the status that often, which also tells it that the server is there. */
const IDLE = 2000; // ms
/** A page that has taken nothing for so long is let go; it may come back. */
const GIVE_UP = 30_000; // ms

interface Client {
  readonly response: ServerResponse;
  cursor: Cursor;
  /** When it was last written to, ms. */
  at: number;
}

/**
 * Tells pages what is new on the board, as server-sent events (WHATWG HTML, section 9.2). Nothing is queued for a page
 * that is slower than the stream: it is passed over until its socket has drained, then told all that is new since, or,
 * where that is no longer kept, what there is.
 */
export class Feed {
  readonly #board: Board;
  readonly #clients: Set<Client> = new Set();
  /** Times that a page was passed over. */
  skipped = 0;

  constructor(board: Board) {
    this.#board = board;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** @param response whose headers are written already */
  add(response: ServerResponse, cursor: Cursor, now: number): void {
    const client = { response, cursor, at: now };
    this.#clients.add(client);
    response.on('close', () => this.#clients.delete(client));
    response.on('error', () => this.#clients.delete(client)); // it went away in the middle of a write
    response.write('retry: 1000\n\n');
    this.#tell(client, now);
  }

  /** Tells every page that can take it what is new. */
  tell(now: number): void {
    for (const client of this.#clients) this.#tell(client, now);
  }

  /** Lets all pages go. */
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
