import type { WireUpdate } from './wire.ts';

/** Without a message for so long the connection counts as lost: the server sends one every 2 s. */
const SILENCE = 7000; // ms
const AGAIN = 1500; // ms

/** The connection to the server: one stream of events, resumed after a break. */
export class Connection {
  readonly #onUpdate: (update: WireUpdate) => void;
  readonly #onState: (connected: boolean) => void;
  #source: EventSource | undefined;
  #stream: number | undefined;
  /** The cursor from the server. */
  #last = '';
  #lastMessage = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(onUpdate: (update: WireUpdate) => void, onState: (connected: boolean) => void) {
    this.#onUpdate = onUpdate;
    this.#onState = onState;
    setInterval(() => {
      if (this.#source !== undefined && performance.now() - this.#lastMessage > SILENCE) this.#lost();
    }, 1000);
  }

  /** Subscribes to a stream; what is known of everything else is not sent again. */
  watch(stream: number | undefined): void {
    this.#stream = stream;
    this.#open();
  }

  #open(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    const asked = new URLSearchParams();
    if (this.#stream !== undefined) asked.set('stream', String(this.#stream));
    if (this.#last !== '') asked.set('since', this.#last);
    const source = new EventSource(`/events?${asked}`);
    this.#source = source;
    this.#lastMessage = performance.now();
    source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
      if (source !== this.#source) return;
      this.#last = lastEventId;
      this.#lastMessage = performance.now();
      this.#onState(true);
      this.#onUpdate(JSON.parse(data) as WireUpdate);
    };
    source.onerror = () => {
      if (source === this.#source) this.#lost();
    };
  }

  /** Reconnected by this code: browsers give up when a server answers that it is not ready. */
  #lost(): void {
    this.#onState(false);
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), AGAIN);
  }
}
