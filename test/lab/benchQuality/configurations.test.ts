import { describe, expect, it } from 'vitest';
import { chooseConfigurations } from '../../../src/lab/benchQuality/chooseConfigurations.ts';
import { CONFIGURATIONS, isSeeded, settingsOf } from '../../../src/lab/benchQuality/configurations.ts';
import { loadConfigurations } from '../../../src/lab/benchQuality/loadConfigurations.ts';
import { namedScorers } from '../../../src/models/scorers/namedScorers.ts';
import { temporaryFolder } from '../../cli/rxAnomaly.ts';

const folder = temporaryFolder();

describe('configurations', () => {
  it('that come with the command all make a detector', async () => {
    const known = await loadConfigurations(undefined);
    const names = Object.keys(CONFIGURATIONS);
    expect([...chooseConfigurations(known, names).keys()]).toEqual(names);
  });

  it('hang on the seed where there is a network, or where they ask for it', async () => {
    const known = await loadConfigurations(undefined);
    const seeded = [...known].filter(([, configuration]) => isSeeded(configuration)).map(([name]) => name);
    expect(seeded).toEqual(['default', ...Object.keys(namedScorers).filter((name) => name !== 'evidence')]);
    expect(settingsOf({ hidden: 4 }, 7)).toEqual({ hidden: 4, seed: 7 });
    expect(settingsOf({ seed: 3 }, 7)).toEqual({ seed: 3 });
    expect(settingsOf((seed) => ({ seed: seed + 1 }), 7)).toEqual({ seed: 8 });
  });

  it.each([
    [
      '{ "a": { "scorer": "best" } }',
      "FILE: a: expected scorer to be 'evidence', 'tail', 'zScore', 'gaussianTail'",
    ],
    [
      '{ "a": { "forecaster": {} } }',
      "FILE: a: expected forecaster to be 'lstm', 'lastValue', 'ema', 'seasonal', 'mean', 'pretrained'",
    ],
    ['{ "a": { "threshold": 2 } }', 'configuration a: detectSeries: expected threshold to be a number'],
    [
      '{ "a": { "scorer": { "name": "tail", "surprise": -3 } } }',
      'configuration a: TailScorer: expected surprise to be a positive number, got -3',
    ],
    ['{ "a": 3 }', 'FILE: a: expected options of the detector, got 3'],
    ['[]', 'FILE: expected an object from name to options of the detector, got []'],
    ['{', 'FILE: Expected property name'],
  ])('of a file are refused where they make no detector: %s', async (content, message) => {
    const path = folder.file('wrong.json', content);
    const load = async (): Promise<unknown> => chooseConfigurations(await loadConfigurations(path), ['a']);
    await expect(load()).rejects.toThrow(message.replace('FILE', path));
  });

  it('give the LSTM by name as by its options, with the seed of the run', async () => {
    const path = folder.file('named.json', '{ "a": { "forecaster": { "name": "lstm", "hidden": 4 } } }');
    const named = (await loadConfigurations(path)).get('a')!;
    expect(settingsOf(named, 7)).toEqual({ hidden: 4, seed: 7 });
  });

  it('of a module that cannot be loaded are an error of one line', async () => {
    const broken = folder.file('broken.mjs', 'export default {\n');
    await expect(loadConfigurations(broken)).rejects.toThrow(/^.*broken\.mjs: .+$/);
    await expect(loadConfigurations('absent.mjs')).rejects.toThrow(/^absent\.mjs: .+$/);
  });
});
