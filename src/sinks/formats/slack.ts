import { clip } from '../alertText.ts';
import { type BySeverity, jsonRequest, type WebhookFormat } from './webhookFormat.ts';

/** Of the text of a section, and of a message, in characters. */
const SECTION = 3000;
const TEXT = 4000;

const SIGN: BySeverity<string> = {
  none: ':white_circle:',
  low: ':large_blue_circle:',
  medium: ':large_yellow_circle:',
  high: ':large_orange_circle:',
  critical: ':red_circle:',
};

/** An incoming webhook of Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack: WebhookFormat = {
  token: 'none',
  request: ({ alert: { phase }, text: { title, lines }, severity, link }, { url }) => {
    const sign = phase === 'ended' ? ':white_check_mark:' : SIGN[severity];
    const head = `${sign} *${escaped(title, SECTION - 200)}*`;
    const blocks = [
      section(head),
      section(escaped(lines.join('\n'), SECTION)),
      ...(link === undefined ? [] : [section(`<${escaped(link, SECTION)}|Open in the dashboard>`)]),
    ];
    return jsonRequest(url, { text: escaped(title, TEXT), blocks });
  },
};

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

/** The three characters with a meaning, escaped; `length` is that of the result, which no escape is cut in. */
function escaped(text: string, length: number): string {
  const write = (part: string): string =>
    part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  let written = write(text);
  for (let most = length; written.length > length; most -= Math.ceil((written.length - length) / 5))
    written = write(clip(text, most));
  return written;
}
