import { clip, nameOf, streamsOf } from '../alertText.ts';
import { type BySeverity, jsonRequest, type WebhookFormat } from './webhookFormat.ts';

/** Characters of message, description, entity, and of a detail. */
const MESSAGE = 130;
const DESCRIPTION = 15_000;
const ENTITY = 512;
const NOTE = 25_000;

const PRIORITY: BySeverity<string> = { none: 'P5', low: 'P4', medium: 'P3', high: 'P2', critical: 'P1' };

/**
 * The Alert API of Opsgenie, https://api.opsgenie.com/v2/alerts, or https://api.eu.opsgenie.com/v2/alerts:
 * https://docs.opsgenie.com/docs/alert-api. The token is the key of an API integration.
 */
export const opsgenie: WebhookFormat = {
  token: 'required',
  expectedUrl: (path) =>
    /\/v2\/alerts\/?$/.test(path) ? undefined : 'an address that ends in /v2/alerts for the format opsgenie',
  request: ({ alert, id, text, severity, link }, { url, token }) => {
    const headers = { Authorization: `GenieKey ${token}` };
    if (alert.phase === 'ended') {
      const close = new URL(url);
      close.pathname = `${close.pathname.replace(/\/$/, '')}/${encodeURIComponent(id)}/close`;
      close.searchParams.set('identifierType', 'alias');
      return jsonRequest(close.href, { source: 'rx-anomaly', note: clip(text.title, NOTE) }, headers);
    }
    const { key } = alert.incident;
    return jsonRequest(
      url,
      {
        message: clip(text.title, MESSAGE),
        alias: id,
        description: clip([text.title, ...text.lines, ...(link ? [link] : [])].join('\n'), DESCRIPTION),
        priority: PRIORITY[severity],
        source: 'rx-anomaly',
        ...(key === undefined ? {} : { entity: clip(nameOf(key), ENTITY) }),
        tags: ['rx-anomaly', severity],
        details: {
          severity,
          streams: String(streamsOf(alert).length),
          ...(link ? { link } : {}),
        },
      },
      headers,
    );
  },
};
