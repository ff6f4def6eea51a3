import { asyncScheduler } from 'rxjs';
import { checkRetry, type RetryPolicy } from '../../clients/retry.ts';
import {
  accepts,
  aFunction,
  anObject,
  aScheduler,
  LONGEST_TIMER,
  type OptionKind,
  oneOf,
  positive,
  positiveInteger,
  text,
} from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import { badOption } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import type { DeliveryOptions } from '../deliver.ts';
import type { WebhookFormatName } from '../formats/webhookFormatNames.ts';
import { webhookFormats } from '../formats/webhookFormats.ts';

/** Where alerts are sent, and what is done when they don't arrive. */
export interface ToWebhookOptions<E = unknown, V extends Value = Value> extends DeliveryOptions<E, V> {
  /** `https://…`, without a user and password; each alert is a POST of JSON. */
  readonly url: string;
  /**
   * What the service is, which decides what is sent. `'pagerduty'`, `'alertmanager'` and `'opsgenie'` resolve their alert when
   * the incident ends; all but `'json'`, `'slack'` and `'teams'` recognise an alert that comes again.
   * @default 'json', an {@link AlertJson}
   */
  readonly format?: WebhookFormatName;
  /**
   * The secret of the service: PagerDuty's integration key, Opsgenie's API key, an access token of ntfy, or of what is in
   * front of Alertmanager. The other formats have none.
   */
  readonly token?: string;
  /** Address of the dashboard, for links to the incidents; see {@link incidentLink}. @default no links */
  readonly publicUrl?: string;
  /**
   * Signs each request: the header `X-Rx-Anomaly-Signature` is `t=<seconds since 1970>,v1=<hex>`, of which the latter is the
   * HMAC-SHA256 under this secret of the time, a full stop and the body.
   * @default not signed
   */
  readonly secret?: string;
  /** Additional headers, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Statuses, 300 to 599, after which the alert is given up at once, such as `[404, 410]`. Later alerts wait for earlier
   * ones, so a service that refuses one kind of alert for good holds up the others.
   * @default none: every alert is sent until it is accepted
   */
  readonly giveUpOn?: readonly number[];
}

type AnyOptions = ToWebhookOptions;
type Given = 'secret' | 'token' | 'publicUrl';
type Defaulted = Exclude<keyof AnyOptions, Given | 'url'>;

export const toWebhookOptions: OptionSet<
  AnyOptions,
  AnyOptions & Required<Pick<AnyOptions, Defaulted>>,
  Required<Omit<AnyOptions, Given | 'retry' | 'giveUpOn'>> &
    Pick<AnyOptions, Given> & { readonly policy: RetryPolicy; readonly giveUpOn: ReadonlySet<number> }
> = new OptionSet(
  {
    url: {
      kind: address(),
      required: true,
      isSecret: true,
      about: 'where alerts are sent',
      when: 'always given',
    },
    format: {
      kind: oneOf(Object.keys(webhookFormats)),
      default: 'json',
      about: 'what the service is, which decides what is sent',
      when: 'for a service that does not take JSON of any form',
      level: 'basic',
    },
    token: {
      kind: text,
      isSecret: true,
      about: 'the secret of the service: a key or an access token',
      when: 'for pagerduty and opsgenie, maybe alertmanager and ntfy',
    },
    publicUrl: {
      kind: address(),
      about: 'address of the dashboard, for links to the incidents',
      when: 'where people reach the dashboard',
      level: 'basic',
    },
    secret: {
      kind: text,
      isSecret: true,
      about: 'signs each request',
      when: 'where others can reach the service',
    },
    headers: { kind: anObject, default: {}, about: 'additional headers', when: 'for Authorization' },
    retry: {
      kind: anObject,
      default: {},
      about: 'when an alert that was not accepted is sent again',
      when: 'to give up at some time',
    },
    giveUpOn: {
      kind: accepts(
        'a list of statuses from 300 to 599',
        (value) => Array.isArray(value) && value.every(isStatus),
      ),
      default: [],
      about: 'statuses after which an alert is given up at once',
      when: 'where a service refuses some alerts for good',
    },
    requestTimeout: {
      kind: positive(LONGEST_TIMER, 'timers hold no more'),
      default: 10_000,
      unit: 'milliseconds',
      about: 'time until an answer must be there',
      when: 'more for a slow service',
    },
    maxWaiting: {
      kind: positiveInteger(1_000_000, 'all of them are kept'),
      default: 1000,
      unit: 'alerts',
      about: 'alerts that wait at most while an earlier one is being sent',
      when: 'more for a service that is away for long',
    },
    dimensions: {
      kind: aFunction,
      default: () => undefined,
      about: 'names of the dimensions of a stream, by its key',
      when: 'where streams have several',
    },
    onSent: {
      kind: aFunction,
      default: () => {},
      about: 'called for every alert that was accepted',
      when: 'to log',
    },
    onLost: {
      kind: aFunction,
      default: () => {},
      about: 'called for every alert that is given up',
      when: 'to log',
    },
    scheduler: {
      kind: aScheduler,
      default: asyncScheduler,
      about: 'the clock',
      when: 'a virtual one in tests',
    },
    random: {
      kind: aFunction,
      default: Math.random,
      about: 'uniform over [0, 1), for jitter',
      when: 'in tests',
    },
  },
  (where, { retry, giveUpOn, ...rest }) => {
    checkFormat(where, rest);
    return {
      ...rest,
      giveUpOn: new Set(giveUpOn),
      policy: checkRetry(where, retry, { limit: Infinity, longest: 300_000 }),
    };
  },
);

/** @throws RxAnomalyError BAD_OPTION where the format needs another address, or a token */
function checkFormat(
  where: string,
  { url, format, token }: Pick<AnyOptions, 'url' | 'token'> & { readonly format: WebhookFormatName },
): void {
  const { token: need, expectedUrl } = webhookFormats[format];
  const expected = expectedUrl?.(new URL(url).pathname);
  if (expected !== undefined) throw badOption(where, 'url', expected, '…');
  if (need === 'required' && token === undefined)
    throw badOption(where, 'token', `given for the format ${format}`, undefined);
  if (need === 'none' && token !== undefined)
    throw badOption(where, 'token', `left out for the format ${format}, which has none`, '…');
}

/** An address of the web. */
function address(): OptionKind {
  const range = "an address such as 'https://example.org/hook'";
  return {
    range,
    expected: (value) => {
      const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol)) return range;
      if (url.username === '' && url.password === '') return undefined;
      return 'without a user and password, which go into a header Authorization or into the path';
    },
  };
}

function isStatus(status: unknown): boolean {
  return Number.isInteger(status) && 300 <= Number(status) && Number(status) <= 599;
}
