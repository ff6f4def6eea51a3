import { RxAnomalyError } from '../../core/errors.ts';
import { type GroupPlan, groupPlan } from '../../models/decision/groupOptions.ts';
import { webhookFormats } from '../../sinks/formats/webhookFormats.ts';
import { toWebhookOptions } from '../../sinks/webhook/toWebhookOptions.ts';
import type { AlertFlags } from '../options/alertOptions.ts';
import { checkSecret } from '../options/options.ts';
import { EVERYTHING, readAlertConfig } from './alertConfig.ts';
import type { SinkPlan } from './alertOutlet.ts';
import { webhookSink } from './webhookSink.ts';

/**
 * Where alerts go, and what is grouped.
 *
 * @param log called with what may not be meant
 * @throws RxAnomalyError BAD_OPTION, BAD_INPUT
 */
export async function readAlertSinks(
  command: string,
  flags: AlertFlags,
  log: (line: string) => void,
): Promise<{ readonly sinks: readonly SinkPlan[]; readonly group: GroupPlan | undefined }> {
  const {
    webhook,
    webhookFormat: format,
    webhookGiveUpOn: giveUpOn,
    alertsConfig,
    publicUrl,
    timeZone,
  } = flags;
  checkSecret(command, '--webhook', toWebhookOptions.table.url, webhook);
  checkSecret(command, '--public-url', toWebhookOptions.table.publicUrl, publicUrl);
  const common = {
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
  const group = groupPlan(command, flags);
  if (alertsConfig !== undefined) return { group, sinks: await readAlertConfig(alertsConfig, common, log) };
  if (webhook === undefined) return { group, sinks: [] };
  const { RX_ANOMALY_WEBHOOK_SECRET: secret, RX_ANOMALY_WEBHOOK_TOKEN: token } = process.env;
  const need = webhookFormats[format ?? 'json'].token;
  if (need === 'required' && !token)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${command}: --webhook-format ${format} needs the key of the service: set RX_ANOMALY_WEBHOOK_TOKEN in the environment`,
    );
  const options = {
    ...{ url: webhook, ...(format && { format }), ...(giveUpOn && { giveUpOn }), ...(secret && { secret }) },
    ...(token && need !== 'none' ? { token } : {}),
  };
  return { group, sinks: [webhookSink(command, options, { name: '', routes: [EVERYTHING] }, common)] };
}
