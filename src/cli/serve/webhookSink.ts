import { toWebhook } from '../../sinks/index.ts';
import { toWebhookOptions } from '../../sinks/webhook/toWebhookOptions.ts';
import type { ReportedAlert, SinkPlan } from './alertOutlet.ts';

/**
 * A web service as a sink.
 *
 * @param options of `toWebhook`, but for what is the same for all sinks
 * @throws RxAnomalyError BAD_OPTION
 */
export function webhookSink(
  where: string,
  options: object,
  plan: Pick<SinkPlan, 'name' | 'routes'>,
  { publicUrl }: { readonly publicUrl?: string },
): SinkPlan {
  const given = { ...options, ...(publicUrl === undefined ? {} : { publicUrl }) };
  toWebhookOptions.resolve(where, given as never);
  return {
    ...plan,
    open: ({ onRetry, ...handlers }, limit) =>
      toWebhook<unknown, ReportedAlert['incident']['peak']['value']>({
        ...(given as { readonly url: string }),
        retry: { onRetry, ...(limit === undefined ? {} : { limit }) },
        ...handlers,
      }),
  };
}
