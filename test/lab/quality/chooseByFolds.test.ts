import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentF1, meanOf } from '../../../src/backtest/metrics/incidentCounts.ts';
import { NAB_PROFILES } from '../../../src/backtest/nab/profiles.ts';
import { type ChoiceSet, chooseByFolds } from '../../../src/lab/quality/chooseByFolds.ts';
import { type Collection, chooseByLeavingOut } from '../../../src/lab/quality/chooseByLeavingOut.ts';
import { nabScore } from '../../../src/lab/quality/seriesQuality.ts';
import { type SetQuality, setQuality } from '../../../src/lab/quality/setQuality.ts';
import { scoredBy } from './series.ts';

/** What one run did on a series with one incident: found it or not, and so many false alerts. */
type Outcome = readonly [found: boolean, falseAlerts: number];

function run(outcomes: readonly Outcome[]): SetQuality {
  const detected = outcomes.map(([found, falseAlerts], series) => {
    const scores = new Array<number>(400).fill(0);
    for (let alert = 0; alert < falseAlerts; alert++) scores[100 + 25 * alert] = 0.6;
    if (found) scores[302] = 0.9;
    return scoredBy(`series ${series}`, scores, [{ first: 300, last: 309 }]);
  });
  return setQuality(detected, { warmUp: 0, hold: 1, habituation: false });
}

const FOUND: Outcome = [true, 0];
const MISSED: Outcome = [false, 0];

function choiceSet(
  configurations: Readonly<Record<string, readonly (readonly Outcome[])[]>>,
  folds: readonly number[],
  measure: ChoiceSet['measure'] = 'F1 by alert',
): ChoiceSet {
  const named = Object.entries(configurations).map(([name, seeds]) => ({ name, seeds: seeds.map(run) }));
  return { measure, assignments: [folds], configurations: named };
}

describe('chooseByFolds', () => {
  it('shows what a choice is worth that each series makes for another', () => {
    const set = choiceSet({ left: [[FOUND, MISSED]], right: [[MISSED, FOUND]] }, [0, 1]);
    const { picks, oracle, baseline, sets, mean } = chooseByFolds([set]);
    expect({ picks, oracle, baseline }).toEqual({
      picks: [['right', 'left']], // each the one that is wrong on the fold
      oracle: 'left',
      baseline: 'left',
    });
    expect(sets[0]).toMatchObject({ heldOut: [0], oracle: [2 / 3], baseline: [2 / 3] });
    expect(sets[0].ahead.difference).toBeCloseTo(-2 / 3, 12);
    expect(mean).toEqual({ heldOut: 0, oracle: 2 / 3, baseline: 2 / 3 });
  });

  it('loses nothing where one configuration is the best everywhere', () => {
    const set = choiceSet(
      { poor: [[MISSED, MISSED, FOUND, MISSED]], good: [[FOUND, [true, 1], FOUND, MISSED]] },
      [0, 1, 2, 0],
    );
    const { picks, oracle, sets } = chooseByFolds([set]);
    expect([...picks[0], oracle]).toEqual(['good', 'good', 'good', 'good']);
    expect(sets[0].heldOut).toEqual([6 / 8]); // 4 incidents, 3 found, 1 false alert
    expect(sets[0].oracle).toEqual(sets[0].heldOut);
    expect(sets[0].baseline).toEqual([2 / 5]);
    expect(sets[0].ahead.difference).toBeCloseTo(6 / 8 - 2 / 5, 12);
  });

  it('goes by the mean over the seeds, and lets one run stand for every seed', () => {
    const lucky = [
      [FOUND, FOUND, FOUND],
      [MISSED, MISSED, MISSED],
    ];
    const steady = [[FOUND, FOUND, MISSED]];
    const { picks, sets } = chooseByFolds([choiceSet({ lucky, steady }, [0, 1, 2])]);
    // on the folds 0 and 1 steady has all to lucky's half on average; on 2 and another it has 2/3 to a half
    expect(picks).toEqual([['steady', 'steady', 'steady']]);
    expect(sets[0].heldOut).toEqual([4 / 5]);
    const mixed = chooseByFolds([
      choiceSet(
        {
          lucky: [
            [FOUND, MISSED],
            [FOUND, MISSED],
          ],
          steady: [[MISSED, FOUND]],
        },
        [0, 1],
      ),
    ]);
    expect(mixed.picks).toEqual([['steady', 'lucky']]);
    expect(mixed.sets[0].heldOut).toEqual([0, 0]); // the seeds of lucky, each next to the one run of steady
  });

  it('chooses for several sets at once by the mean of what they say from 0 to 1', () => {
    const folds = [0, 1];
    // by NAB's score a little better, by F1 of the other set much worse
    const nab = choiceSet(
      {
        a: [[FOUND, FOUND]],
        b: [
          [
            [true, 1],
            [true, 1],
          ],
        ],
      },
      folds,
      'NAB standard',
    );
    const f1 = choiceSet({ a: [[MISSED, MISSED]], b: [[FOUND, FOUND]] }, folds);
    expect(chooseByFolds([nab]).picks).toEqual([['a', 'a']]);
    expect(chooseByFolds([f1]).picks).toEqual([['b', 'b']]);
    const { picks, oracle, sets, mean } = chooseByFolds([nab, f1]);
    expect([...picks[0], oracle]).toEqual(['b', 'b', 'b']);
    const score = nabScore(nab.configurations[1].seeds[0].series, NAB_PROFILES[0], 'own')!;
    expect(sets.map(({ heldOut }) => heldOut)).toEqual([[score], [1]]);
    expect(mean.heldOut).toBeCloseTo((score / 100 + 1) / 2, 12);
  });

  it('takes the first of equals, and where nothing can be decided', () => {
    const same = [[FOUND, MISSED]];
    expect(chooseByFolds([choiceSet({ a: same, b: same }, [0, 1])]).picks).toEqual([['a', 'a']]);
    const clean = setQuality([scoredBy('x', [0, 0], []), scoredBy('y', [0, 0], [])]);
    const configurations = ['a', 'b'].map((name) => ({ name, seeds: [clean] }));
    const { picks, sets, mean } = chooseByFolds([
      { measure: 'NAB standard', assignments: [[0, 1]], configurations },
    ]);
    expect(picks).toEqual([['a', 'a']]);
    expect([sets[0].heldOut, mean.heldOut]).toEqual([[null], null]);
  });

  it('is not ahead of the first, nor behind, where that one is always picked', () => {
    const ways = Array.from({ length: 10 }, (_, way) => [0, 1, 2, 3, 4].map((at) => (at * way) % 3));
    const outcomes: Outcome[] = [FOUND, [true, 1], MISSED, [true, 2], FOUND];
    const nothing = outcomes.map((): Outcome => [false, 3]);
    const set = choiceSet({ good: [outcomes], bad: [nothing] }, [], 'NAB standard');
    const { picks, sets } = chooseByFolds([{ ...set, assignments: ways }]);
    expect(new Set(picks.flat())).toEqual(new Set(['good']));
    const { difference, low, high, probability } = sets[0].ahead;
    expect([difference, low, high, probability]).toEqual([0, 0, 0, 0.5]);
  });

  it('pools several ways to deal', () => {
    const configurations = {
      left: [[FOUND, MISSED, FOUND, FOUND] as const],
      right: [[MISSED, FOUND, FOUND, FOUND] as const],
    };
    const ways = [
      [0, 1, 0, 1],
      [0, 0, 1, 1],
    ];
    const [a, b] = ways.map((folds) => chooseByFolds([choiceSet(configurations, folds)]));
    const both = chooseByFolds([{ ...choiceSet(configurations, []), assignments: ways }]);
    expect(both.picks).toEqual([...a.picks, ...b.picks]);
    // 2 of 4 are found where they are assigned apart, 3 where they are together: 5 of 8
    expect([a, b, both].map(({ sets }) => sets[0].heldOut)).toEqual([[4 / 6], [6 / 7], [10 / 13]]);
    expect(both.sets[0].ahead.difference).toBeCloseTo(10 / 13 - 6 / 7, 12);
    expect([both.oracle, both.sets[0].oracle]).toEqual(['left', [6 / 7]]);
  });

  const outcome: fc.Arbitrary<Outcome> = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3 }));
  const outcomes = fc.array(outcome, { minLength: 6, maxLength: 6 });
  const folds = [0, 1, 2, 0, 1, 2];

  it('scores each fold by what is best without it, whatever happens in it', () => {
    fc.assert(
      fc.property(fc.array(outcomes, { minLength: 2, maxLength: 3 }), (all) => {
        const named = Object.fromEntries(all.map((each, at) => [`c${at}`, [each]]));
        const set = choiceSet(named, folds);
        const { picks, sets } = chooseByFolds([set]);
        const counts = set.configurations.map(({ seeds }) =>
          seeds[0].series.map(({ byAlert }) => byAlert.own),
        );
        const expected = [0, 1, 2].map((fold) => {
          const f1 = counts.map((each) => incidentF1(each.filter((_, at) => folds[at] !== fold))!);
          return f1.indexOf(Math.max(...f1));
        });
        expect(picks).toEqual([expected.map((at) => `c${at}`)]);
        expect(sets[0].heldOut).toEqual([incidentF1(folds.map((fold, at) => counts[expected[fold]][at]))]);
      }),
      { numRuns: 40 },
    );
  });

  it('has, chosen by the oracle, the highest mean over the seeds of all', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(outcomes, outcomes), { minLength: 2, maxLength: 3 }), (all) => {
        const set = choiceSet(Object.fromEntries(all.map((seeds, at) => [`c${at}`, seeds])), folds);
        const [{ oracle }] = chooseByFolds([set]).sets;
        const means = set.configurations.map(
          ({ seeds }) => meanOf(seeds.map(({ byAlert }) => byAlert.own.f1))!,
        );
        expect(meanOf(oracle)).toBeCloseTo(Math.max(...means), 12);
      }),
      { numRuns: 40 },
    );
  });
});

describe('chooseByLeavingOut', () => {
  const collection = (
    name: string,
    configurations: Parameters<typeof choiceSet>[0],
    measure: ChoiceSet['measure'] = 'F1 by alert',
  ): Collection => ({ ...choiceSet(configurations, [0, 1], measure), name });

  it('reports on each collection what was best on the others', () => {
    const left = chooseByLeavingOut([
      collection('one', { a: [[FOUND, FOUND]], b: [[MISSED, FOUND]] }),
      collection('two', { a: [[MISSED, MISSED]], b: [[FOUND, FOUND]] }),
    ]);
    expect(left).toEqual([
      { collection: 'one', measure: 'F1 by alert', chosen: 'b', result: 2 / 3, baseline: 1, best: 1 },
      { collection: 'two', measure: 'F1 by alert', chosen: 'a', result: 0, baseline: 0, best: 1 },
    ]);
  });

  it('weighs the sets alike, whatever their measure goes to', () => {
    const sets = [
      collection('nab', { a: [[FOUND, MISSED]], b: [[MISSED, MISSED]] }, 'NAB standard'),
      collection('f1', { a: [[MISSED, MISSED]], b: [[FOUND, FOUND]] }),
      collection('left', { a: [[FOUND, FOUND]], b: [[FOUND, MISSED]] }),
    ];
    // a has some fifty points of NAB and an F1 of 0, b none and 1
    expect(chooseByLeavingOut(sets)[2]).toMatchObject({ chosen: 'b', result: 2 / 3, best: 1 });
  });
});
