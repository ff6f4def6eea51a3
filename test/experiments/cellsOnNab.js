// Which cell for real streams: the default detector on NAB, only the cell changed, all on the reference engine.
// `npm run experiments -- --nab FOLDER [--only NAME]`, some three minutes on an idle core.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectAnomalies } from 'rx-anomaly';
import { evaluate, parseLabels, recordWindows, StreamRecorder } from 'rx-anomaly/backtest';
import { fromCsv } from 'rx-anomaly/sources';

/** @import { LstmOptions } from 'rx-anomaly' */

const THRESHOLD = 0.5;

/** @type {readonly (readonly [name: string, options: LstmOptions])[]} */
const CONFIGURATIONS = [
  ['lstm', {}],
  ['gru', { cell: 'gru' }],
  ['peephole', { cell: 'peephole' }],
  ['coupled', { cell: 'coupled' }],
  ['budget', { cell: 'budget' }],
  ['ema', { cell: 'ema' }],
  ['rnn', { cell: 'rnn' }],
  ['lstm, hardSigmoid', { gateActivation: 'hardSigmoid' }],
  ['lstm, attention over 16', { attention: { window: 16 } }],
  ['lstm, two layers', { layers: 2 }],
  ['lstm, crossEntropy', { loss: 'crossEntropy' }],
  ['lstm, volatility too', { auxiliary: 'volatility' }],
];

/**
 * @param {string} folder laid out like NAB
 * @param {string} only configurations whose name has this
 * @returns {AsyncGenerator<readonly (string | number)[]>} rows of a table under {@link NAB_HEADS}
 */
export async function* cellsOnNab(folder, only) {
  const labels = parseLabels(readFileSync(join(folder, 'labels', 'combined_windows.json'), 'utf8'));
  const files = readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.csv'))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
  for (const [name, options] of CONFIGURATIONS.filter(([name]) => name.includes(only))) {
    const streams = [];
    let events = 0;
    const { user } = process.cpuUsage();
    for (const file of files) {
      const recorder = new StreamRecorder(file, ['value']);
      await fromCsv(join(folder, 'data', file), { time: 'timestamp', value: 'value' })
        .pipe(detectAnomalies({ threshold: THRESHOLD, engine: 'reference', ...options }))
        .forEach((verdict) => {
          recorder.add(verdict);
        });
      const stream = recorder.finish(undefined);
      events += stream.scores.length;
      streams.push({ ...stream, labels: recordWindows(stream.times ?? [], labels.get(file) ?? []) });
    }
    const microseconds = (process.cpuUsage().user - user) / events;
    const evaluation = evaluate(streams, THRESHOLD);
    if (evaluation === undefined) throw new Error(`${folder}: no labels`);
    const { pooled, nab } = evaluation;
    yield [
      name,
      (nab[0].score ?? 0).toFixed(1),
      (nab[0].bestScore ?? 0).toFixed(1),
      `${pooled.found} of ${pooled.incidents}`,
      pooled.falseAlerts,
      Math.round(microseconds),
    ];
  }
}

export const NAB_HEADS = ['cell', 'NAB', 'NAB, best', 'found', 'false alerts', 'µs/event'];
