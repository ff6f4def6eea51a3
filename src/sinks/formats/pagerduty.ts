import { alertJson } from '../alertJson.ts';
import { clip, leadingIncident, nameOf, streamsOf } from '../alertText.ts';
import { type BySeverity, jsonRequest, type WebhookFormat } from './webhookFormat.ts';

/** Characters of the summary. */
const SUMMARY = 1024;

const SEVERITY: BySeverity<string> = {
  ...{ none: 'info', low: 'info', medium: 'warning', high: 'error', critical: 'critical' },
};

/**
 * The Events API v2 of PagerDuty, https://events.pagerduty.com/v2/enqueue:
 * https://developer.pagerduty.com/docs/events-api-v2-overview. The token is the integration key of a service.
 */
export const pagerduty: WebhookFormat = {
  token: 'required',
  request: ({ alert, id, text, severity, link, dimensions }, { url, token }) => {
    const same = { routing_key: token, dedup_key: id };
    if (alert.phase === 'ended') return jsonRequest(url, { ...same, event_action: 'resolve' });
    const { start } = alert.incident;
    return jsonRequest(url, {
      ...same,
      event_action: 'trigger',
      payload: {
        summary: clip(text.title, SUMMARY),
        source: clip(nameOf(alert.incident.key) || 'rx-anomaly', SUMMARY),
        severity: SEVERITY[severity],
        ...(start === undefined ? {} : { timestamp: new Date(start).toISOString() }),
        class: alert.incident.kind === 'absence' ? 'absence' : 'anomaly',
        custom_details: {
          streams: streamsOf(alert).length,
          text: text.lines.join('\n'),
          alert: alertJson({ phase: alert.phase, incident: leadingIncident(alert) }, id, dimensions),
        },
      },
      client: 'rx-anomaly',
      ...(link === undefined
        ? {}
        : { links: [{ href: link, text: 'Open in the dashboard' }], client_url: link }),
    });
  },
};
