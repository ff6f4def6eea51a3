// What every runtime and every bundle runs in these tests; only arithmetic that is the same everywhere makes its events.
import {
  decodeSnapshot,
  detectAnomalies,
  encodeSnapshot,
  LstmForecaster,
  loadEngine,
  pretrainedForecaster,
  StreamDetector,
} from 'rx-anomaly';
import { from, lastValueFrom, map, toArray } from 'rxjs';

const SPIKE = 600;

function events() {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: 700 }, (_, k) => {
    const phase = (k % 48) / 48;
    const wave = phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase;
    const noise = random() + random() + random() - 1.5;
    return {
      time: 1_700_000_000_000 + 300_000 * k,
      value: [20 + 5 * wave + 0.4 * noise + (k === SPIKE ? 25 : 0), 100 + 3 * random()],
    };
  });
}

/** @param {'auto' | 'reference' | 'wasm-relaxed'} engine */
export async function run(engine = 'auto') {
  if (engine === 'wasm-relaxed') await loadEngine(engine); // the others compile at first use
  /** @type {string[]} */
  const problems = [];
  /** @param {import('rx-anomaly').Problem} problem */
  const onProblem = ({ kind, message }) => problems.push(`${kind}: ${message}`);
  const readings = events();
  const withoutEvent = map(({ event, ...rest }) => rest);
  /** @param {import('rx-anomaly').DetectAnomaliesOptions<(typeof readings)[number], number[]>} options */
  const detect = (options) =>
    lastValueFrom(from(readings).pipe(detectAnomalies(options), withoutEvent, toArray()));
  const verdicts = await detect({ engine, calendar: true, onProblem });
  const forecaster = await pretrainedForecaster({ engine });
  const pretrained = await detect({ forecaster, onProblem: 'silent' });
  const detector = new StreamDetector({ engine, onProblem: 'silent' });
  for (const event of readings) detector.process(event);
  const bytes = encodeSnapshot(detector.snapshot());
  detector.restore(decodeSnapshot(bytes));
  const model = new LstmForecaster({ dimensions: 1, engine });
  return {
    loaded: await loadEngine(engine),
    engine: model.engine.name,
    flagged: verdicts.flatMap(({ isAnomaly }, k) => (isAnomaly ? [k] : [])),
    problems,
    verdicts: JSON.stringify(verdicts),
    pretrained: JSON.stringify(pretrained),
    snapshot: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
}
