import { ServerFailure } from '../../clients/retry.ts';
import { natsEngine, natsFleet } from '../../nats/natsEngine.ts';
import { refuseUser } from '../options/sourceOptions.ts';
import { natsLogin } from '../run/live/natsLogin.ts';
import type { BrokerSettings, OpenBroker, WorkerEvent } from './broker.ts';
import { messageReader } from './messageReader.ts';

export async function openNats({
  command,
  url,
  in: given,
  out,
  partitions,
  value,
  time,
  keepVerdicts,
  log,
}: BrokerSettings): Promise<OpenBroker> {
  refuseUser(command, '--nats', url, 'NATS');
  const login = { ...(await natsLogin(url)), name: out };
  // Asked in any case: an engine tries for ten seconds, in silence, before it reports that the server is not there.
  const known = await natsFleet(login);
  const subjects = given ?? known?.in;
  if (subjects === undefined)
    throw new ServerFailure(`NATS: no worker has ever run with --out ${out}; start one`, true);
  const read = messageReader({ value, time });
  const engine = await natsEngine<WorkerEvent>({
    ...login,
    in: subjects,
    ...(partitions === undefined ? {} : { partitions }),
    ...(keepVerdicts === undefined ? {} : { keepVerdicts }),
    decode: ({ subject, data, time: stored }) => read(subject, data, stored),
    onProblem: (message) => log(`warning: ${message}`),
  });
  return { engine, fleet: async () => await natsFleet(login), close: async () => await engine.close() };
}
