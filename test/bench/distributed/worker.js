// One worker of the bench, in a process of its own: prints its progress as JSON lines until it is killed or has SIGTERM.
import { distribute } from '../../../dist/distributed/index.js';
import { openEngine } from './server.js';
import { detectOf } from './streams.js';

const [servers, name, kind, worker, replay, lease] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const engine = await openEngine(servers, name, Number(lease));
const options = {
  worker,
  signal: stop.signal,
  batch: 1024,
  ...(Number(replay) > 0 && { replay: Number(replay) }),
};
distribute({ engine, detect: { ...(await detectOf(kind)), maxKeys: 1e7 }, ...options }).subscribe({
  next: (progress) => {
    const { user, system } = process.cpuUsage();
    const { rss } = process.memoryUsage();
    console.log(JSON.stringify({ ...progress, cpu: (user + system) / 1e6, rss }));
  },
  error: (error) => {
    console.error(error);
    process.exitCode = 1;
  },
  complete: () => engine.close(),
});
