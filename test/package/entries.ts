import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `run` of scenario.js returns. */
export interface Outcome {
  readonly loaded: string;
  readonly engine: string;
  /** Positions of the events that were flagged. */
  readonly flagged: readonly number[];
  readonly problems: readonly string[];
  /** JSON. */
  readonly verdicts: string;
  /** JSON of those with the pre-trained network. */
  readonly pretrained: string;
  /** The state of a detector, in hexadecimal digits. */
  readonly snapshot: string;
}

/** Programs that run the scenario: in Node and its like, and in a page or a worker. */
export interface Entries {
  readonly folder: string;
  readonly node: string;
  readonly browser: string;
}

/** Writes them into a folder of the project that has the package installed. */
export function writeEntries(project: string, name: string): Entries {
  const folder = join(project, name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(fileURLToPath(new URL('scenario.js', import.meta.url)), join(folder, 'scenario.js'));
  const node = join(folder, 'main.js');
  writeFileSync(
    node,
    `import { run } from './scenario.js';
const engine = typeof process === 'undefined' ? undefined : process.argv[2];
run(engine).then((outcome) => console.log(JSON.stringify(outcome)));
`,
  );
  const browser = join(folder, 'page.js');
  writeFileSync(
    browser,
    `import { run } from './scenario.js';
const done = (outcome) => typeof document === 'undefined' ? postMessage(outcome) : (globalThis.outcome = outcome);
const engine = new URL(globalThis.location.href).searchParams.get('engine') ?? undefined;
run(engine).then(done, (error) => done(String(error)));
`,
  );
  return { folder, node, browser };
}
