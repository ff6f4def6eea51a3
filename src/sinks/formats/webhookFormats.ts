import { alertmanager } from './alertmanager.ts';
import { json } from './json.ts';
import { ntfy } from './ntfy.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import type { WebhookFormat } from './webhookFormat.ts';
import type { WebhookFormatName } from './webhookFormatNames.ts';

export const webhookFormats: Readonly<Record<WebhookFormatName, WebhookFormat>> = {
  ...{ json, slack, teams, pagerduty, alertmanager, opsgenie, ntfy },
};
