import type { Position } from '../../distributed/contract.ts';
import { decodePartition, PARTITION } from '../../distributed/records.ts';
import { counted, grouped, textTable } from '../text/formatText.ts';
import { openBroker } from './brokers.ts';
import type { StatusOptions } from './workerOptions.ts';

interface PartitionStatus {
  readonly partition: number;
  /** Null where no worker has it. */
  readonly owner: string | null;
  /** Up to where there are verdicts. */
  readonly delivered: Position | null;
  /** Events without verdicts. */
  readonly lag: number;
  /** Keys with a saved state, and the bytes of these states. */
  readonly keys: number;
  readonly bytes: number;
}

/** What workers do, as text or JSON. */
export async function statusRun(options: StatusOptions): Promise<string> {
  const { engine, close } = await openBroker('status', options, () => {});
  try {
    const { log, out, states, assignment } = engine;
    const owners = await assignment.owners();
    const partitions: PartitionStatus[] = await Promise.all(
      Array.from({ length: log.partitions }, async (_, partition) => {
        const { position } = await out.last(partition);
        const [record] = await states.load(partition, [PARTITION]);
        const { keys, bytes } = record === undefined ? { keys: 0, bytes: 0 } : decodePartition(record.state);
        const lag = await log.lag(partition, position);
        return {
          partition,
          owner: owners.get(partition) ?? null,
          delivered: position ?? null,
          lag,
          keys,
          bytes,
        };
      }),
    );
    const sum = (what: 'lag' | 'keys' | 'bytes'): number =>
      partitions.reduce((all, each) => all + each[what], 0);
    const workers = new Set(owners.values()).size;
    const total = { workers, lag: sum('lag'), keys: sum('keys'), bytes: sum('bytes') };
    if (options.format === 'json') return JSON.stringify({ ...total, partitions }, null, 2);
    const rows = partitions.map((each) => [
      each.owner ?? '–',
      String(each.partition),
      String(each.delivered ?? '–'),
      ...[each.lag, each.keys, each.bytes].map(grouped),
    ]);
    const head = ['worker', 'partition', 'delivered', 'lag', 'saved keys', 'state bytes'];
    return `${textTable(head, rows)}\n\n${counted(workers, 'worker')}, ${counted(total.lag, 'event')} waiting, ${counted(total.keys, 'key')} with a saved state (${counted(total.bytes, 'byte')})`;
  } finally {
    await close();
  }
}
