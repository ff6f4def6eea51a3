import { checkRetry } from '../../clients/retry.ts';
import { repeated, Stopping } from '../../distributed/stopping.ts';
import { outages, PATIENCE } from '../run/live/outages.ts';

/**
 * What `open` gives, tried again while the broker is away, or the workers have not begun: who starts all of them together
 * cannot say which comes first.
 *
 * @param signal ends the wait
 * @throws what no retry can mend, such as wrong credentials, at once; SERVER after the last attempt; the reason of `signal`
 */
export async function awaitBroker<T>(
  command: string,
  open: () => Promise<T>,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<T> {
  const stopping = new Stopping();
  const stop = (): void => stopping.begin(0);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await repeated(
      open,
      checkRetry(command, { onRetry: outages(log) }, { limit: PATIENCE }),
      stopping,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
