// Compiles the kernel into dist, once per target of asconfig.json: with and without relaxed SIMD, with and without threads.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const config = fileURLToPath(new URL('asconfig.json', import.meta.url));
const { targets } = JSON.parse(readFileSync(config, 'utf8'));
for (const target of Object.keys(targets)) {
  const { error, stderr } = await asc.main(['--config', config, '--target', target]);
  if (error) throw new Error(`asc could not build ${target}\n${stderr}`, { cause: error });
}
