import { clip, clipBytes } from '../alertText.ts';
import { type BySeverity, jsonRequest, type WebhookFormat } from './webhookFormat.ts';

/** Bytes of a message: a larger one is sent as an attachment. */
const MESSAGE = 4000;
const TITLE = 250;
const TOPIC = /^\/(?:.*\/)?([-_A-Za-z0-9]{1,64})$/;

const PRIORITY: BySeverity<number> = { none: 1, low: 2, medium: 3, high: 4, critical: 5 };
const SIGN: BySeverity<string> = {
  ...{ none: 'white_circle', low: 'large_blue_circle', medium: 'warning', high: 'warning' },
  critical: 'rotating_light',
};

/** A topic of ntfy, https://ntfy.sh/TOPIC, published as JSON: https://docs.ntfy.sh/publish/#publish-as-json. */
export const ntfy: WebhookFormat = {
  token: 'optional',
  expectedUrl: (path) =>
    TOPIC.test(path)
      ? undefined
      : 'an address that ends in a topic for the format ntfy, https://ntfy.sh/TOPIC',
  request: ({ alert: { phase }, text: { title, lines }, severity, link }, { url, token }) => {
    const root = new URL(url);
    const [, topic] = TOPIC.exec(root.pathname)!;
    root.pathname = root.pathname.slice(0, -topic!.length);
    const isOver = phase === 'ended';
    return jsonRequest(
      root.href,
      {
        topic,
        title: clip(title, TITLE),
        message: clipBytes(lines.join('\n'), MESSAGE),
        priority: isOver ? PRIORITY.low : PRIORITY[severity],
        tags: [isOver ? 'white_check_mark' : SIGN[severity], severity],
        ...(link === undefined ? {} : { click: link }),
      },
      token === undefined ? {} : { Authorization: `Bearer ${token}` },
    );
  },
};
