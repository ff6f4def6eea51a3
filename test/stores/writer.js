// A process that owns a folder of states: `node writer.js FOLDER [BYTES]`. Asks for the folder when it gets a line, then saves
// one state after another and prints the number of each once it is safe; ends at the end of its standard input.
import { once } from 'node:events';
import { stateOf } from './writtenState.js';

// Loaded by address and not by a static import, so that the type check needs no build.
const { FileCheckpointStore } = /** @type {typeof import('../../src/stores/index.ts')} */ (
  await import(new URL('../../dist/stores/index.js', import.meta.url).href)
);

const [folder = '', bytes = '1000'] = process.argv.slice(2);
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
console.log('ready');
await once(process.stdin, 'data');
process.stdin.resume();
try {
  const store = new FileCheckpointStore(folder);
  console.log('owner');
  const last = (await store.load('state'))?.state;
  const first = typeof last === 'object' && last !== null && 'n' in last ? Number(last.n) : 0;
  for (let n = first + 1; !isOver; n++) {
    await store.save('state', stateOf(n, Number(bytes)));
    console.log(n);
  }
} catch (error) {
  console.log(error instanceof Error && 'code' in error ? `${error.code} ${error.message}` : String(error));
  process.exitCode = 1;
}
