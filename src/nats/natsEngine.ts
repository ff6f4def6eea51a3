import { randomUUID } from 'node:crypto';
import {
  connectNats,
  isNotFound,
  isWrongSequence,
  type NatsClient,
  natsFailure,
} from '../clients/nats/connectNats.ts';
import { loginOf, type NatsLogin } from '../clients/nats/natsLogin.ts';
import { ServerFailure } from '../clients/retry.ts';
import { RxAnomalyError } from '../core/errors.ts';
import type { DistributedEngine } from '../distributed/contract.ts';
import { NatsAssignment } from './natsAssignment.ts';
import { type LogPlace, NatsLog } from './natsLog.ts';
import { type CheckedNats, type NatsEngineOptions, natsOptions } from './natsOptions.ts';
import { NatsStates } from './natsStates.ts';
import { NatsVerdicts } from './natsVerdicts.ts';
import { needStream } from './streams.ts';
import { Subjects } from './subjects.ts';

/** An engine on NATS JetStream: `distribute({ engine, detect })`. */
export interface NatsEngine<E> extends DistributedEngine<E, number> {
  /** Whether the server maps the subjects of events to partitions; if not, every reader of a partition gets all events. */
  readonly isMapped: boolean;
  /** Disconnects. Leases that were not released expire. */
  close(): Promise<void>;
}

/**
 * What `distribute` needs, on NATS JetStream 2.9 or later: streams with replicas where the server is a cluster.
 *
 * Events are published on the subjects `in`, by any client. With `mappings` in the server's configuration each partition is a
 * stream of its own; the message of `onProblem` has the line where it is missing. Without it one stream has all events (an
 * existing one that takes these subjects, or a new one), every worker reads all of them, and drops those of other partitions:
 * good for some thousand events a second.
 *
 * Needs `@nats-io/transport-node` and `@nats-io/jetstream` (optional peer dependencies). Node only.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option; rejects with BAD_INPUT without the packages, or where
 * streams are there that cannot serve; SERVER where the server refuses or does not answer
 */
export function natsEngine<E>(options: NatsEngineOptions<E>): Promise<NatsEngine<E>> {
  return open(natsOptions.resolve('natsEngine', options) as CheckedNats<E>);
}

/** Attempts at what a cluster cannot do while it elects leaders, of new streams, too. */
const ATTEMPTS = 20;
const PAUSE = 500; // milliseconds

async function open<E>(options: CheckedNats<E>): Promise<NatsEngine<E>> {
  for (let attempt = 1; ; attempt++) {
    let client: NatsClient | undefined;
    try {
      client = await connectNats(options.login, options.onProblem);
      return await setUp(client, options);
    } catch (error) {
      await client?.connection.close();
      if (!(error instanceof ServerFailure && error.isTransient) || attempt === ATTEMPTS) throw error;
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }
}

async function setUp<E>(client: NatsClient, options: CheckedNats<E>): Promise<NatsEngine<E>> {
  const { name, replicas, lease, login, onProblem } = options;
  const states = `${name}-states`;
  const leases = `${name}-leases`;
  const need = async (
    stream: string,
    taken: readonly string[],
    kept: number,
    last: number,
  ): Promise<number> => {
    const needed = { name: stream, subjects: taken, keep: kept, ofSubject: last };
    return (await needStream(client, needed, replicas)).config.num_replicas;
  };
  await need(states, [`${states}.>`], 0, 1);
  const partitions = await joinFleet(client, states, options);
  const subjects = new Subjects(options.in, partitions, name);
  await need(leases, [`${leases}.>`], lease, 1);
  const copies = await ofEach(partitions, async (p) => {
    const stream = `${states}-${p}`;
    // Each message of a save names the one before it by its id; nobody asks for older ones.
    const needed = { name: stream, subjects: [`${stream}.>`], keep: 0, ofSubject: 1, remembersIds: 1000 };
    const [kept] = await Promise.all([
      need(`${name}-out-${p}`, [`${name}.${p}`], 0, -1),
      needStream(client, needed, replicas),
    ]);
    return kept;
  });
  if (copies.includes(1) && replicas === undefined && client.connection.info?.cluster !== undefined)
    onProblem(
      `NATS: the cluster keeps one copy only of ${name}: it had no place for three when the stream was made`,
    );
  const place = await placeOf(client, subjects, options);
  return new Engine(client, place.isMapped, {
    log: new NatsLog(client, subjects, place, options),
    out: new NatsVerdicts(client, options),
    states: new NatsStates(client, states),
    assignment: new NatsAssignment(client, login, { stream: leases, partitions, lease }, onProblem),
  });
}

class Engine<E> implements NatsEngine<E> {
  readonly log: NatsEngine<E>['log'];
  readonly out: NatsEngine<E>['out'];
  readonly states: NatsEngine<E>['states'];
  readonly assignment: NatsAssignment;
  readonly #client: NatsClient;
  readonly #isMapped: boolean;

  constructor(
    client: NatsClient,
    isMapped: boolean,
    parts: Omit<DistributedEngine<E, number>, 'assignment'> & { readonly assignment: NatsAssignment },
  ) {
    this.#client = client;
    this.#isMapped = isMapped;
    this.log = parts.log;
    this.out = parts.out;
    this.states = parts.states;
    this.assignment = parts.assignment;
  }

  get isMapped(): boolean {
    return this.#isMapped;
  }

  async close(): Promise<void> {
    await this.assignment.close();
    await this.#client.connection.close();
  }
}

/** What all workers of a name have in common. */
interface Fleet {
  readonly in: string;
  readonly partitions: number;
}

const DEFAULT_PARTITIONS = 8;

/** What workers of this name read; undefined where none has ever run. @throws RxAnomalyError SERVER, BAD_INPUT */
export async function natsFleet(options: NatsLogin & { readonly name: string }): Promise<Fleet | undefined> {
  const client = await connectNats(loginOf(options));
  try {
    return await fleetIn(client, `${options.name}-states`);
  } finally {
    await client.connection.close();
  }
}

async function fleetIn({ manager }: NatsClient, stream: string): Promise<Fleet | undefined> {
  try {
    const found = await manager.streams.getMessage(stream, { last_by_subj: `${stream}.fleet` });
    return found === null ? undefined : (JSON.parse(new TextDecoder().decode(found.data)) as Fleet);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw natsFailure(error, stream);
  }
}

/**
 * Notes what a fleet reads, at its first start.
 *
 * @returns the number of partitions
 * @throws RxAnomalyError BAD_INPUT where another one has this name
 */
async function joinFleet<E>(client: NatsClient, stream: string, options: CheckedNats<E>): Promise<number> {
  const { in: subjects, partitions } = options;
  const first = { in: subjects, partitions: partitions ?? DEFAULT_PARTITIONS };
  try {
    await client.js.publish(`${stream}.fleet`, JSON.stringify(first), { expect: { lastSubjectSequence: 0 } });
    return first.partitions;
  } catch (error) {
    if (!isWrongSequence(error)) throw natsFailure(error, stream);
    const theirs = (await fleetIn(client, stream))!;
    const ours = { in: subjects, partitions: partitions ?? theirs.partitions };
    if (theirs.in === ours.in && theirs.partitions === ours.partitions) return theirs.partitions;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `NATS: the name is taken by workers with other settings: theirs ${JSON.stringify(theirs)}, ours ${JSON.stringify(ours)}; use the same, or another name`,
    );
  }
}

/** Where the events are: where the server's mapping puts them, or else in a stream of these subjects. */
async function placeOf<E>(
  client: NatsClient,
  subjects: Subjects,
  { keep, replicas, name, onProblem }: CheckedNats<E>,
): Promise<LogPlace> {
  if (await isMappedBy(client, subjects)) {
    await ofEach(subjects.partitions, async (p) => {
      const stream = { name: `${subjects.prefix}-${p}`, subjects: [subjects.inPartition(p)] };
      await needStream(client, { ...stream, keep, ofSubject: -1 }, replicas);
    });
    return { isMapped: true, stream: (partition) => `${subjects.prefix}-${partition}` };
  }
  const stream = await client.manager.streams.find(subjects.pattern).catch(async (error: unknown) => {
    if (!isNotFound(error)) throw natsFailure(error, subjects.pattern);
    const needed = { name: subjects.prefix, subjects: [subjects.pattern], keep, ofSubject: -1 };
    return (await needStream(client, needed, replicas)).config.name;
  });
  onProblem(
    `NATS: the server does not map ${subjects.pattern} to partitions, so that every worker reads all events of the stream ` +
      `${stream}; for more than some thousand a second, use another name than ${name} and put this into the server's ` +
      `configuration: ${subjects.mapping}`,
  );
  return { isMapped: false, stream: () => stream };
}

/** Partitions whose streams are made at the same time: in a cluster each waits half a second for its leader. */
const AT_ONCE = 16;

async function ofEach<T>(partitions: number, work: (partition: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let from = 0; from < partitions; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, partitions - from) }, (_, k) => work(from + k));
    results.push(...(await Promise.all(some)));
  }
  return results;
}

/** Milliseconds in which the server sends back what it has mapped. */
const PROBE = 5000;
const PROBES = 16;

/**
 * Sends some messages that no stream takes, for they ask for one that is not there, and looks where they come out.
 *
 * @throws RxAnomalyError BAD_INPUT where they are mapped to other partitions
 */
async function isMappedBy(
  { connection, headers: makeHeaders }: NatsClient,
  subjects: Subjects,
): Promise<boolean> {
  const probes = Array.from({ length: PROBES }, (_, k) => subjects.of(`probe-${k}-${randomUUID()}`));
  const mapped = connection.subscribe(`${subjects.prefix}.>`);
  const headers = makeHeaders();
  headers.set('Nats-Expected-Stream', `none-${randomUUID()}`);
  const end = `${subjects.prefix}.end.${randomUUID()}`;
  const seen = new Set<string>();
  const collect = (async () => {
    for await (const { subject } of mapped) {
      seen.add(subject);
      if (subject === end) return;
    }
  })();
  await connection.flush();
  for (const subject of probes) connection.publish(subject, '', { headers });
  connection.publish(end); // comes after all of them
  await Promise.race([collect, new Promise((done) => setTimeout(done, PROBE).unref())]);
  mapped.unsubscribe();
  const right = probes.filter((subject) => seen.has(subjects.mapped(subject))).length;
  if (right === PROBES) return true;
  const found = [...seen].find((subject) => subject !== end && subject.includes('probe-'));
  if (found === undefined) return false;
  throw new RxAnomalyError(
    'BAD_INPUT',
    `NATS: the server maps ${subjects.pattern} otherwise (${found}); change its configuration to ${subjects.mapping}, or --partitions`,
  );
}
