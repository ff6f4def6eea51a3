/** What a link shows of an incident. */
export interface LinkedIncident {
  readonly key: string | undefined;
  /** Milliseconds since 1970; undefined in a stream without times. */
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** Milliseconds shown before and after a short incident. */
const MARGIN = 600_000;

/**
 * The address at which the dashboard opens an incident: `PAGE#stream=…&incident=…&from=…&to=…`. `stream` is the key,
 * percent-encoded, and left out where there is none; `incident` is the start of the incident, `from` and `to` are the
 * window to show: integers, milliseconds since 1970, left out in a stream without times. A key and a start name one
 * incident, in every run.
 *
 * @param page address of the dashboard; what it has behind a `#` is replaced
 * @param group incidents that belong to it: the window holds all of them
 */
export function incidentLink(
  page: string,
  incident: LinkedIncident,
  group: readonly LinkedIncident[] = [],
): string {
  const { key, start } = incident;
  const times = [incident, ...group].flatMap((each) => [each.start, each.end]).filter(isTime);
  const parts: string[] = [];
  if (key !== undefined) parts.push(`stream=${encodeURIComponent(key.replace(LONE_SURROGATE, '\ufffd'))}`);
  if (isTime(start)) {
    const from = times.reduce((a, b) => Math.min(a, b));
    const to = times.reduce((a, b) => Math.max(a, b));
    const margin = Math.max(MARGIN, to - from);
    parts.push(`incident=${Math.round(start)}`);
    parts.push(`from=${Math.floor(from - margin)}`, `to=${Math.ceil(to + margin)}`);
  }
  const [address] = page.split('#', 1);
  return parts.length === 0 ? address! : `${address}#${parts.join('&')}`;
}

function isTime(time: number | undefined): time is number {
  return Number.isFinite(time);
}

/** Cannot be percent-encoded. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
