import { describe, expect, it } from 'vitest';
import { namedForecasters } from '../../src/models/forecasters/namedForecasters.ts';
import { loadPretrainedWeights } from '../../src/models/pretrained/pretrainedWeights.ts';
import { namedScorers } from '../../src/models/scorers/namedScorers.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import { rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { table } from './tables.ts';

await loadPretrainedWeights();

const folder = temporaryFolder();
const ROWS = 700;
const content = table(ROWS, { 600: { value: '95' } });
const file = folder.file('models.csv', content);
const rows = content
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));

interface Detected {
  readonly expected: number | null;
  readonly score: number;
}

async function detect(...options: string[]): Promise<Detected[]> {
  const { code, stdout, stderr } = await rxAnomaly(['detect', file, '--quiet', ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Detected);
}

describe.concurrent('detect with models by name', () => {
  it('--fleet: the verdicts of the library’s', async () => {
    const detector = new StreamDetector<string[]>({
      time: ([time]) => new Date(time!),
      value: ([, value]) => Number(value),
      fleet: true,
    });
    const scores = rows.map((row) => detector.process(row)!.score);
    expect((await detect('--fleet')).map(({ score }) => score)).toEqual(scores);
    expect(scores[600]).toBeGreaterThan(0.5);
    const { code, stderr } = await rxAnomaly(['detect', file, '--fleet', '--forecaster', 'ema']);
    expect(code).toBe(2);
    expect(stderr).toContain('--forecaster has no effect with --fleet');
  });

  it.each(Object.keys(namedScorers) as (keyof typeof namedScorers)[])(
    '--scorer %s, --forecaster seasonal: the verdicts of the library’s',
    async (scorer) => {
      const detector = new StreamDetector<string[]>({
        time: ([time]) => new Date(time!),
        value: ([, value]) => Number(value),
        forecaster: namedForecasters.seasonal(1),
        scorer: namedScorers[scorer](),
      });
      const scores = rows.map((row) => detector.process(row)!.score);
      expect(
        (await detect('--scorer', scorer, '--forecaster', 'seasonal')).map(({ score }) => score),
      ).toEqual(scores);
      expect(scores[600]).toBeGreaterThan(0.5);
    },
  );

  it.each(Object.keys(namedForecasters) as (keyof typeof namedForecasters)[])(
    '--forecaster %s: its forecasts, from the seed where it has one',
    async (name) => {
      const forecaster = namedForecasters[name](7)(1);
      const expected = rows.map(([time, value]) => {
        const predicted = forecaster.predict().expected[0];
        forecaster.learn({ time: Date.parse(time!), value: [Number(value)], imputed: false }, 1);
        return Number.isNaN(predicted) ? null : predicted;
      });
      forecaster.dispose();
      const detected = await detect('--forecaster', name, ...(name === 'lstm' ? ['--seed', '7'] : []));
      expect(detected.map((verdict) => verdict.expected)).toEqual(expected);
    },
  );

  it('takes the LSTM and the evidence scorer by default', async () => {
    const [silent, given] = await Promise.all([
      detect(),
      detect('--forecaster', 'lstm', '--scorer', 'evidence', '--seed', '1'),
    ]);
    expect(given).toEqual(silent);
  });
});

describe.concurrent('the other commands take them too', () => {
  it('backtest: in what it does and in what it says of itself', async () => {
    const run = async (...options: string[]): Promise<object> => {
      const { code, stdout } = await rxAnomaly(['backtest', file, '--quiet', '--format', 'json', ...options]);
      expect(code).toBe(0);
      const { forecaster, scorer, streams } = JSON.parse(stdout);
      return { forecaster, scorer, peaks: streams[0].incidents.map(({ peak }: { peak: number }) => peak) };
    };
    expect(await run('--forecaster', 'ema', '--scorer', 'zScore')).toEqual({
      forecaster: 'ema',
      scorer: 'zScore',
      peaks: [600],
    });
  });

  it.each([
    ['detect', '--scorer'],
    ['backtest', '--forecaster'],
    ['nab', '--scorer'],
  ])('%s refuses a name for %s that is none', async (command, option) => {
    const out = command === 'nab' ? ['--out', folder.path] : [];
    const { code, stderr } = await rxAnomaly([command, file, ...out, option, 'oracle']);
    expect(code).toBe(2);
    expect(stderr).toContain(`option '${option} <name>' argument 'oracle' is invalid. Allowed choices are `);
  });
});
