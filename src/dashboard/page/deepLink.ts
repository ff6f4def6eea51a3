/** What the address of the page says that it shows. */
export interface DeepLink {
  /** Name of the stream; null for the one without. */
  readonly stream: string | null;
  /** When its selected incident began, milliseconds since 1970. */
  readonly incident: number | undefined;
  /** The window of time in view; undefined: the newest. */
  readonly window: readonly [from: number, to: number] | undefined;
}

const NAMES = ['stream', 'incident', 'from', 'to'];

/** Reads `#stream=…&incident=…&from=…&to=…`; undefined where that says nothing. Parts that are no numbers are left out. */
export function parseLink(hash: string): DeepLink | undefined {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  // `#stream` alone is a place in the page.
  if (!hash.includes('=') || !NAMES.some((name) => parts.has(name))) return undefined;
  const time = (name: string): number | undefined => {
    const text = parts.get(name) ?? '';
    return /^-?\d{1,16}$/.test(text) ? Number(text) : undefined;
  };
  const [from, to] = [time('from'), time('to')];
  return {
    stream: parts.get('stream'),
    incident: time('incident'),
    window: from === undefined || to === undefined || from >= to ? undefined : [from, to],
  };
}

/** The inverse of {@link parseLink}, as links in alerts are written. */
export function formatLink({ stream, incident, window }: DeepLink): string {
  const parts: string[] = [];
  if (stream !== null) parts.push(`stream=${encodeURIComponent(stream.replace(LONE_SURROGATE, '\ufffd'))}`);
  if (incident !== undefined) parts.push(`incident=${Math.round(incident)}`);
  if (window !== undefined) parts.push(`from=${Math.floor(window[0])}`, `to=${Math.ceil(window[1])}`);
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}

/** Cannot be percent-encoded. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

const EVERY = 500; // ms: browsers refuse more than some changes of the address a second

/** Keeps the address in step with what is shown, so that it can be copied; and reports when the user changes it. */
export class Address {
  #written = '';
  #at = Number.NEGATIVE_INFINITY;

  constructor(onLink: (link: DeepLink) => void) {
    addEventListener('hashchange', () => {
      const link = parseLink(location.hash);
      if (link !== undefined && location.hash !== this.#written) onLink(link);
    });
  }

  /** The link that the page was opened with, or that it has written before. */
  get link(): DeepLink | undefined {
    return parseLink(location.hash);
  }

  /** Called with every frame. */
  show(link: DeepLink, now: number): void {
    if (now - this.#at < EVERY) return;
    this.#at = now;
    const hash = formatLink(link);
    if (hash === this.#written) return;
    this.#written = hash;
    history.replaceState(null, '', hash === '' ? location.pathname : hash);
  }
}
