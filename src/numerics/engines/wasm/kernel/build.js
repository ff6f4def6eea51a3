// Compiles the kernel, once per target of asconfig.json, into modules that hold its bytes as text: a program that
// imports or bundles the library then needs no file and no request to find them.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const config = fileURLToPath(new URL('asconfig.json', import.meta.url));
const { targets } = JSON.parse(readFileSync(config, 'utf8'));
for (const target of Object.keys(targets)) {
  /** @type {Uint8Array | undefined} */
  let bytes;
  const { error, stderr } = await asc.main(['--config', config, '--target', target], {
    writeFile: (_, contents) => {
      if (typeof contents !== 'string') bytes = contents;
    },
  });
  if (error || bytes === undefined)
    throw new Error(`asc could not build ${target}\n${stderr}`, { cause: error });
  // Hexadecimal: 57 kB, which gzip makes 12 kB. Base64 is 38 kB and, since gzip no longer sees whole bytes, 15 kB.
  const text = Buffer.from(bytes).toString('hex');
  const file = new URL(`../built/${target}.ts`, import.meta.url);
  writeFileSync(file, `// Written by npm run build:wasm.\nexport const KERNEL: string = '${text}';\n`);
}
