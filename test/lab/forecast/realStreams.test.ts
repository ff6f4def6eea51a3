import { expect, it } from 'vitest';
import { type Adaptation, adaptationOf } from '../../../src/lab/forecast/adaptation.ts';
import { type ForecastErrors, forecastErrors } from '../../../src/lab/forecast/forecastErrors.ts';
import { collectionResult, type SubjectResult } from '../../../src/lab/forecast/forecastResults.ts';
import { readCollection } from '../../../src/lab/forecast/readCollection.ts';
import { ADAPTING, allSubjects, FROZEN, LEARNING } from '../../../src/lab/forecast/subjects.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { describeWithShared } from '../../support/environment/shared.ts';

const MOST = 3000; // records of each series, the first: all, up to 22,000, take three times as long
const NAMES = ['last value', ADAPTING, LEARNING, FROZEN, '… without memory'];

interface Measured {
  readonly subjects: readonly SubjectResult[];
  readonly adaptations: readonly Adaptation[];
}

async function measured(folder: string): Promise<Measured> {
  const all = allSubjects(await loadPretrainedWeights(), 1);
  const subjects = new Map(NAMES.map((name) => [name, all.get(name)!]));
  const { name, series } = await readCollection(folder, new AbortController().signal, MOST);
  const errors: ForecastErrors[][] = series.map((each) => forecastErrors(each, subjects));
  const names = series.map((each) => each.name);
  return {
    subjects: collectionResult(name, NAMES, errors).subjects,
    adaptations: [1, 2].map((how) =>
      adaptationOf(
        names,
        errors.map((each) => ({ adapting: each[how], frozen: each[3] })),
      ),
    ),
  };
}

/**
 * What the pre-trained network reached on real streams, none of which it has learnt from, rounded up: geometric means 1 and 16
 * events ahead from record 100 on, and one event ahead from record 30 to 100; and by what its error rises without its memory.
 */
const REACHED = [
  { folder: 'nab/data', one: 0.735, sixteen: 0.639, young: 0.775, memory: 1.25 },
  { folder: 'cloud-monitoring/data', one: 0.826, sixteen: 0.627, young: 0.888, memory: 1.12 },
  { folder: 'telemetry', one: 0.841, sixteen: 0.665, young: 0.845, memory: 1.12 },
];

for (const { folder, one, sixteen, young, memory } of REACHED) {
  describeWithShared(folder, `the pre-trained network on ${folder}`, (path) => {
    it('forecasts as well as it did, gains by adapting without harm to any series, and needs its memory', async () => {
      const { subjects, adaptations } = await measured(path);
      const [, adapting, learning, frozen, forgetful] = subjects;
      expect(adapting.horizons[0].mean).toBeLessThan(one);
      expect(adapting.horizons[2].mean).toBeLessThan(sixteen);
      expect(adapting.ages[0].mean).toBeLessThan(young);
      expect(learning.horizons[0].mean).toBeLessThan(adapting.horizons[0].mean);
      for (const { horizons, ages } of adaptations) {
        for (const { mean, worst, of } of horizons) {
          expect(mean).toBeLessThan(0.995);
          expect(worst, of).toBeLessThan(1.011);
        }
        for (const { mean } of ages) expect(mean).toBeLessThan(1.01);
      }
      expect(forgetful.horizons[0].mean / frozen.horizons[0].mean).toBeGreaterThan(memory);
      // 95 % bands, from record 200 on.
      expect(Math.abs(adapting.within - 0.95)).toBeLessThan(0.01);
    }, 600_000);
  });
}
