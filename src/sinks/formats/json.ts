import { alertJson } from '../alertJson.ts';
import { jsonRequest, type WebhookFormat } from './webhookFormat.ts';

/** The project's own, an {@link AlertJson}. */
export const json: WebhookFormat = {
  token: 'none',
  request: ({ alert, id, link, text, dimensions }, { url }) =>
    jsonRequest(url, {
      ...alertJson(alert, id, dimensions),
      text: text.title,
      ...(link === undefined ? {} : { link }),
    }),
};
