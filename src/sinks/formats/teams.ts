import { clip } from '../alertText.ts';
import { type BySeverity, jsonRequest, type WebhookFormat } from './webhookFormat.ts';

/** Characters of a text: what is larger than 28 kB is refused. */
const TITLE = 500;
const TEXT = 4000;

const COLOUR: BySeverity<string> = {
  none: 'Default',
  low: 'Accent',
  medium: 'Warning',
  high: 'Attention',
  critical: 'Attention',
};

/**
 * An Adaptive Card for a webhook of Teams' Workflows:
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
export const teams: WebhookFormat = {
  token: 'none',
  request: ({ alert: { phase }, text: { title, lines }, severity, link }, { url }) =>
    jsonRequest(url, {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              {
                ...{ type: 'TextBlock', text: escaped(clip(title, TITLE)), wrap: true },
                ...{ weight: 'Bolder', size: 'Medium', color: phase === 'ended' ? 'Good' : COLOUR[severity] },
              },
              // A blank line: a single break is none in the Markdown of a card.
              { type: 'TextBlock', text: escaped(clip(lines.join('\n\n'), TEXT)), wrap: true },
            ],
            ...(link !== undefined
              ? { actions: [{ type: 'Action.OpenUrl', title: 'Open in the dashboard', url: link }] }
              : {}),
          },
        },
      ],
    }),
};

/** A text is Markdown there: names must not become links or lists. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]()<>~#]|^(?:\d+(?=\.)|[-+])/gm, (found) =>
    /^\d/.test(found) ? `${found}\\` : `\\${found}`,
  );
}
