import { finalize, type OperatorFunction } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { pretrainedForecaster } from '../../src/models/pretrained/pretrainedForecaster.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { detectFleet } from '../../src/operators/detectFleet.ts';
import { forecastWith } from '../../src/operators/forecastWith.ts';
import { runOperator } from '../support/runOperator.ts';

await pretrainedForecaster(); // the weights of fleets
const forecaster = (dimensions: number) => new LastValueForecaster({ dimensions });
type Options = { readonly onProblem?: 'silent' | (() => void) };
const OPERATORS: readonly [string, (options: Options) => OperatorFunction<number, unknown>][] = [
  ['detectAnomalies', (options) => detectAnomalies<number>({ forecaster, ...options })],
  ['detectFleet', (options) => detectFleet<number>(options)],
  ['forecastWith', (options) => forecastWith<number>(forecaster, options)],
];
const EVENTS = [1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN, 3];

describe.each(OPERATORS)('problems of %s', (name, operator) => {
  let warn: MockInstance<typeof console.warn>;
  const lines = (): unknown[] => warn.mock.calls.map(([line]) => line);
  beforeEach(() => {
    warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => warn.mockRestore());

  it('that nobody listens to are warned of: the first of each kind, and their number at the end', () => {
    let before: unknown[] = [];
    runOperator(EVENTS, (source) =>
      operator({})(
        source.pipe(
          finalize(() => {
            before = lines();
          }),
        ),
      ),
    );
    expect(lines().length).toBeGreaterThanOrEqual(before.length);
    expect(lines()).toEqual([
      `${name}: event 2: expected a number, got none; imputed (more of this kind are counted; see onProblem, or set it to 'silent')`,
      expect.stringMatching(/^\w+: event 3: expected a number within ±1e300, got Infinity; imputed/),
      `${name}: 3 events had the problem missing`,
    ]);
  });

  it('are not where they are listened to, or silenced', () => {
    const onProblem = vi.fn();
    runOperator(EVENTS, operator({ onProblem }));
    runOperator(EVENTS, operator({ onProblem: 'silent' }));
    expect(onProblem.mock.calls.map(([{ kind, count }]) => [kind, count])).toEqual([
      ['missing', 1],
      ['outOfRange', 1],
      ['missing', 2],
      ['missing', 3],
    ]);
    expect(lines()).toEqual([]);
    expect(() => operator({ onProblem: 'loud' as 'silent' })).toThrow(
      "expected onProblem to be a function, or 'silent'",
    );
  });

  it('warn of nothing where there are none', () => {
    runOperator([1, 2, 3], operator({}));
    expect(lines()).toEqual([]);
  });
});
