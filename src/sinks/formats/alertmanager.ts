import { nameOf, streamsOf } from '../alertText.ts';
import { jsonRequest, type WebhookFormat } from './webhookFormat.ts';

/**
 * How long an alert stays without its end: Alertmanager takes one that is not sent again for resolved, after five minutes
 * unless its end is given.
 */
const LONGEST = 7 * 86_400_000; // ms

/**
 * Prometheus' Alertmanager, http://HOST:9093/api/v2/alerts: https://prometheus.io/docs/alerting/latest/alerts_api. Alerts with
 * the same labels are one, so that these are what does not change while an incident lasts; the severity among them is that of
 * its first event.
 */
export const alertmanager: WebhookFormat = {
  token: 'optional',
  expectedUrl: (path) =>
    /\/api\/v2\/alerts\/?$/.test(path)
      ? undefined
      : 'an address that ends in /api/v2/alerts for the format alertmanager',
  request: ({ alert, id, text, severity, link, now }, { url, token }) => {
    const { incident, phase } = alert;
    const start = Math.min(incident.start ?? now, now); // a start after the end is refused
    const end = phase === 'ended' ? now : now + LONGEST;
    const body = {
      labels: {
        alertname: incident.kind === 'absence' ? 'StreamAbsent' : 'Anomaly',
        ...(incident.key === undefined ? {} : { stream: nameOf(incident.key) }),
        severity: incident.first.severity,
        incident: id,
      },
      annotations: {
        summary: text.title,
        description: text.lines.join('\n'),
        severity,
        streams: String(streamsOf(alert).length),
      },
      startsAt: new Date(start).toISOString(),
      endsAt: new Date(end).toISOString(),
      ...(link === undefined ? {} : { generatorURL: link }),
    };
    return jsonRequest(url, [body], token === undefined ? {} : { Authorization: `Bearer ${token}` });
  },
};
