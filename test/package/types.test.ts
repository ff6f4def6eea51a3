import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithPackages } from './packed.ts';

/** Too large for devDependencies (180 MB), and one package cannot be there in five versions without them. */
const COMPILERS = {
  '@arethetypeswrong/cli': '0.18.5',
  '@types/node': '20.19.43',
  'ts5.4': 'npm:typescript@5.4.5',
  'ts5.6': 'npm:typescript@5.6.3',
  'ts5.9': 'npm:typescript@5.9.3',
  'ts6.0': 'npm:typescript@6.0.3',
  'ts7.0': 'npm:typescript@7.0.2',
};

const BROWSER = ['', '/numerics', '/inspect', '/backtest', '/sinks', '/holidays'];
const NODE = [
  '/sources',
  '/stores',
  '/influx',
  '/mqtt',
  '/prometheus',
  '/otlp',
  '/redis',
  '/nats',
  '/dashboard',
  '/tfjs',
];

/** rxjs's own declarations name `setTimeout`, which is declared by neither ES2020 nor us. */
const TIMERS = 'declare global { function setTimeout(run: () => void, milliseconds?: number): number; }';

interface Settings {
  readonly module: 'node16' | 'nodenext' | 'esnext';
  readonly resolution: 'node16' | 'nodenext' | 'bundler';
  /** Whether the project has the declarations of browsers, of Node. */
  readonly dom: boolean;
  readonly node: boolean;
}

const BUNDLED: Settings = { module: 'esnext', resolution: 'bundler', dom: false, node: false };
const IN_NODE: Settings = { module: 'nodenext', resolution: 'nodenext', dom: true, node: true };
const NODE16: Settings = { module: 'node16', resolution: 'node16', dom: false, node: true };

/** Every version, resolution and set of declarations with every other of them: all of all would take two minutes. */
const CASES: readonly (readonly [version: string, settings: Settings])[] = [
  ['5.4', BUNDLED],
  ['5.4', NODE16],
  ['5.6', { ...NODE16, node: false, dom: true }],
  ['5.9', IN_NODE],
  ['6.0', { ...BUNDLED, dom: true }],
  ['6.0', { ...NODE16, node: false }],
  ['7.0', BUNDLED],
  ['7.0', IN_NODE],
  ['7.0', NODE16],
];

describeWithPackages('types of the package', 'compilers', COMPILERS, (installed) => {
  /** What the compiler prints about a project that imports the doors. */
  function compile(version: string, { module, resolution, dom, node }: Settings, file = 'main.ts'): string {
    const { folder, project } = installed();
    const here = join(project, 'types', `${version}-${module}-${dom}-${node}-${file}`);
    rmSync(here, { recursive: true, force: true });
    mkdirSync(here, { recursive: true });
    const doors = node ? [...BROWSER, ...NODE] : BROWSER;
    const lines = doors.map((door, i) => `import * as door${i} from 'rx-anomaly${door}';\nvoid door${i};`);
    writeFileSync(join(here, file), `${node || dom ? '' : `${TIMERS}\n`}${lines.join('\n')}\n${USE}`);
    if (node) {
      mkdirSync(join(here, 'node_modules'));
      for (const name of ['@types', 'undici-types'])
        symlinkSync(join(folder, 'node_modules', name), join(here, 'node_modules', name), 'junction');
    }
    const compilerOptions = {
      target: 'es2020',
      lib: dom ? ['es2020', 'dom'] : ['es2020'],
      types: node ? ['node'] : [],
      module,
      moduleResolution: resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      skipDefaultLibCheck: true, // the declarations of the language and of browsers are the compiler's
      noEmit: true,
    };
    writeFileSync(join(here, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    const tsc = join(folder, 'node_modules', `ts${version}`, 'bin', 'tsc');
    expect(existsSync(tsc)).toBe(true);
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', here, '--pretty', 'false'], {
      cwd: here,
      encoding: 'utf8',
    });
    return stdout;
  }

  it.each(CASES)(
    'compile with TypeScript %s: %o',
    (version, settings) => {
      expect(compile(version, settings)).toBe('');
    },
    300_000,
  );

  it('compile in CommonJS as nodenext; node16 has it that CommonJS cannot require', () => {
    expect(compile('7.0', { ...IN_NODE, dom: false }, 'main.cts')).toBe('');
    expect(compile('7.0', { ...NODE16, node: false, dom: true }, 'main.cts')).toContain('error TS1479');
  }, 300_000);

  it('are found by every way of resolving, says attw', () => {
    const { folder, tarball } = installed();
    const attw = join(folder, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
    // esm-only: CommonJS is left out, where attw goes by Node before 20.19.
    const args = [attw, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('node16 (from ESM): OK (ESM)');
  }, 300_000);
});

/** What users write, with the types that come of it. */
const USE = `
import { type DetectAnomaliesOptions, detectAnomalies, incidents } from 'rx-anomaly';
import { of } from 'rxjs';
interface Reading { readonly sensorId: string; readonly at: Date; readonly temp: number; readonly rpm: number }
declare const reading: Reading;
const options: DetectAnomaliesOptions<Reading, [number, number]> = {
  key: (r) => r.sensorId, value: (r) => [r.temp, r.rpm], time: (r) => r.at, sensitivity: 'high',
};
of(reading).pipe(detectAnomalies({ ...options, value: (r: Reading): [number, number] => [r.temp, r.rpm] }))
  .subscribe(({ value, score, key }) => { const all: [number[], number, string | undefined] = [[...value], score, key]; void all; });
of(1, 2).pipe(detectAnomalies(), incidents()).subscribe(({ severity, count }) => { const n: number = count; void [severity, n]; });
`;
