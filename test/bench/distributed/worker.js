// One worker of the bench, in a process of its own: prints its progress as JSON lines until it is killed or has SIGTERM.
import { distribute } from '../../../dist/distributed/index.js';
import { natsEngine } from '../../../dist/nats/index.js';
import { detectOf } from './streams.js';

const [servers, name, kind, worker] = process.argv.slice(2);
const stop = new AbortController();
const text = new TextDecoder();
process.once('SIGTERM', () => stop.abort());

/** @type {import('../../../src/nats/natsEngine.ts').NatsEngine<import('./streams.js').Event>} */
const engine = await natsEngine({
  ...{ servers, name, in: `readings-${name}.*`, partitions: 4, lease: 2000, onProblem: () => {} },
  decode: ({ data }) => JSON.parse(text.decode(data)),
});
distribute({ engine, detect: await detectOf(kind), worker, signal: stop.signal, batch: 1024 }).subscribe({
  next: (progress) => {
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ ...progress, cpu: (user + system) / 1e6 }));
  },
  error: (error) => {
    console.error(error);
    process.exitCode = 1;
  },
  complete: () => engine.close(),
});
