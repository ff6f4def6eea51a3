import { posix } from 'node:path';
import { parseModule } from './parseModule.ts';

/** Sources by their path under `src`. */
export type Sources = ReadonlyMap<string, string>;

const MODELLING = ['models', 'numerics', 'core'];
const EVERYTHING = [
  'inspect',
  'backtest',
  'clients',
  'sources',
  'sinks',
  'stores',
  'operators',
  'explain',
  'charts',
  ...MODELLING,
];

/** Whom each layer may import next to itself: design.md's arrows, which point down only. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  charts: [], // runs in the page
  explain: ['charts', 'core'],
  numerics: ['core'],
  models: ['numerics', 'core'],
  operators: MODELLING,
  backtest: ['explain', 'operators', 'charts', ...MODELLING],
  inspect: ['explain', 'backtest', 'operators', 'charts', ...MODELLING],
  clients: ['core'],
  sources: ['clients', 'core'],
  sinks: ['explain', 'clients', 'core'],
  stores: ['models', 'core'],
  distributed: ['operators', 'clients', ...MODELLING],
  influx: ['sources', 'sinks', 'clients', 'core'], // a door
  mqtt: ['sources', 'clients', 'core'], // a door
  prometheus: ['sources', 'clients', 'core'], // a door
  otlp: ['sources', 'clients', 'core'], // a door
  nats: ['distributed', 'sources', 'clients', 'core'], // a door, and an engine of `distributed`
  redis: ['distributed', 'sources', 'clients', 'core'], // the same
  cli: ['lab', 'holidays', 'influx', 'nats', 'redis', 'distributed', 'dashboard', ...EVERYTHING],
  lab: ['cli', ...EVERYTHING],
  dashboard: EVERYTHING,
  holidays: ['core'], // a door
  'index.ts': ['explain', 'operators', ...MODELLING], // the front door
};

/** Where each package is used: the dependency table of src/README.md. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  rxjs: ['operators', 'distributed', 'inspect', 'clients', 'sources', 'sinks', 'cli', 'dashboard'],
  'csv-parse': ['sources', 'cli'],
  'csv-stringify': ['cli'],
  fflate: ['sources'],
  fzstd: ['sources'],
  influx: ['clients/influx'],
  mqtt: ['clients/mqtt'],
  '@redis/client': ['clients/redis'],
  '@nats-io/transport-node': ['clients/nats'],
  '@nats-io/jetstream': ['clients/nats'],
  commander: ['cli', 'lab'],
  'cli-progress': ['cli'],
  uplot: ['charts', 'backtest/report', 'inspect/report', 'dashboard'],
  '@tensorflow/tfjs-node': ['numerics/engines/tfjs'],
  nodemailer: ['cli/serve'],
  'date-holidays': ['holidays'],
};

/** Packages that may not be there: imported under a name that the compiler does not look up. */
export const OPTIONAL: Readonly<Record<string, string | readonly string[]>> = {
  'numerics/engines/tfjs/loadTfjsNode.ts': '@tensorflow/tfjs-node',
  'cli/serve/emailSink.ts': 'nodemailer',
  'holidays/publicHolidays.ts': 'date-holidays',
  'clients/mqtt/loadMqtt.ts': 'mqtt',
  'clients/redis/connectRedis.ts': '@redis/client',
  'clients/nats/connectNats.ts': ['@nats-io/transport-node', '@nats-io/jetstream'],
};

/** What loads modules that its user names, which no rule can know. */
const LOADS_ANYTHING = ['lab/benchQuality/loadConfigurations.ts', 'cli/config/configFile.ts'];

/** Where Node's own modules are used: at the edges, and where files of the package itself are loaded. */
const NODE = /^(clients|sources|stores|nats|redis|cli|lab|dashboard)\//;

/** Seed and clock are passed in. */
const PURE = /^(core|numerics|models|operators)\//;

/** Of these, what gives no verdict that has to be the same in every runtime. */
const OWN_BITS = /^(core\/math|numerics\/engines\/tfjs)\//;

/** Every breach of the import rules, a line each. */
export function importFaults(sources: Sources): string[] {
  const faults: string[] = [];
  for (const [path, source] of sources) {
    const { imports, impurities, inexact } = parseModule(source);
    const layer = layerOf(path);
    if (LAYERS[layer] === undefined) faults.push(`${path}: ${layer} is no layer of the design`);
    for (const specifier of imports) {
      const fault = specifier.startsWith('.')
        ? relativeFault(path, specifier, sources)
        : packageFault(path, specifier);
      if (fault !== undefined) faults.push(`${path} → ${specifier}: ${fault}`);
    }
    if (PURE.test(path) && !OWN_BITS.test(path))
      faults.push(...inexact.map((each) => `${path}: ${each} differs between runtimes: use core/math`));
    if (PURE.test(path)) faults.push(...impurities.map((impurity) => `${path}: ${impurity}`));
  }
  return [...faults, ...cycles(sources).map((cycle) => `cycle: ${cycle.join(' → ')}`)];
}

/** The files under `src` that a file imports, be it a type only. */
export function importedFiles(path: string, sources: Sources): string[] {
  return parseModule(sources.get(path) ?? '')
    .imports.filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolve(path, specifier))
    .filter((target) => sources.has(target));
}

function relativeFault(path: string, specifier: string, sources: Sources): string | undefined {
  const target = resolve(path, specifier);
  if (!specifier.endsWith('.ts')) return 'lacks the extension .ts';
  if (!sources.has(target)) return 'is no file of src';
  const [from, to] = [layerOf(path), layerOf(target)];
  if (from === to || LAYERS[from]?.includes(to)) return undefined;
  return `${from} may import ${LAYERS[from]?.join(', ') || 'nothing'}, not ${to}`;
}

function packageFault(path: string, specifier: string): string | undefined {
  if (specifier === '(computed)' && (path in OPTIONAL || LOADS_ANYTHING.includes(path))) return undefined;
  if (specifier.startsWith('node:')) return NODE.test(path) ? undefined : 'Node is not for this place';
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const places = PACKAGES[name];
  if (places === undefined) return 'is not in the dependency table';
  return places.some((place) => path.startsWith(`${place}/`))
    ? undefined
    : `is for ${places.join(', ')} only`;
}

/** Each cycle once, in the order in which its files are met. */
function cycles(sources: Sources): string[][] {
  const found: string[][] = [];
  const trail: string[] = []; // from the file that the search began with to where it is now
  const done = new Set<string>();
  const visit = (path: string): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path]);
    if (done.has(path) || trail.includes(path)) return;
    trail.push(path);
    for (const next of importedFiles(path, sources)) visit(next);
    trail.pop();
    done.add(path);
  };
  for (const path of sources.keys()) visit(path);
  return found;
}

function layerOf(path: string): string {
  return path.split('/', 1)[0]!;
}

function resolve(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}
