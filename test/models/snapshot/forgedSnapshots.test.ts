import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { Detector } from '../../../src/models/detector.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import { namedScorers } from '../../../src/models/scorers/namedScorers.ts';
import { type Snapshot, seal } from '../../../src/models/snapshot/snapshot.ts';
import type { State, Vector } from '../../../src/models/snapshot/state.ts';

const observed = (t: number) => ({
  time: 1_700_000_000_000 + 60_000 * t,
  value: [Math.sin(t / 9) + ((t * 7919) % 97) / 97],
  imputed: false,
});

/** Every place in a state where there is a vector or an object. */
function places(state: State, path: readonly string[] = []): (readonly string[])[] {
  if (typeof state !== 'object' || state === null) return [];
  if (ArrayBuffer.isView(state)) return [path];
  return [path, ...Object.entries(state).flatMap(([name, part]) => places(part, [...path, name]))];
}

/** The state with another part there. */
function changed(state: State, path: readonly string[], change: (part: State) => State): State {
  if (path.length === 0) return change(state);
  const [name, ...rest] = path;
  const part = changed((state as { readonly [name: string]: State })[name], rest, change);
  if (Array.isArray(state)) return state.map((old, k) => (String(k) === name ? part : (old as State)));
  return { ...(state as { readonly [name: string]: State }), [name]: part };
}

const scorers = Object.entries(namedScorers).map(([name, create]) => ({ name, create }));

describe.each(scorers)('a snapshot of a detector with scorer $name', ({ name, create }) => {
  it('that was changed by someone who knows the format is refused, or gives no NaN', () => {
    const make = () =>
      new Detector({
        dimensions: 1,
        forecaster: (dimensions) =>
          name === 'evidence'
            ? new LstmForecaster({ dimensions, hidden: 4, window: 8, horizons: [1, 2] })
            : new EmaForecaster({ dimensions }),
        scorer: create(),
      });
    const detector = make();
    for (let t = 0; t < 400; t++) detector.process(observed(t));
    const taken = detector.snapshot();
    const all = places(taken.state);
    const number = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const kind = fc.constantFrom('number', 'length', 'gone', 'more');
    fc.assert(
      fc.property(fc.nat(), fc.nat(), number, kind, (where, at, value, how) => {
        const path = all[where % all.length];
        let isSame = false;
        const state = changed(taken.state, path, (part): State => {
          if (how === 'gone') return null;
          if (ArrayBuffer.isView(part)) {
            const vector = part as Vector;
            if (how === 'length') return vector.slice(0, -1);
            const copy = vector.slice();
            copy[at % copy.length] = value;
            isSame = copy.every((number, k) => Object.is(number, vector[k]));
            return copy;
          }
          if (Array.isArray(part)) return part.slice(0, -1) as State;
          return { ...(part as { readonly [name: string]: State }), unknown: 1 };
        });
        const forged: Snapshot = seal(taken.kind, taken.version, taken.config, state);
        const other = make();
        const before = JSON.stringify(other.snapshot());
        try {
          other.restore(forged);
        } catch (error) {
          expect(error).toBeInstanceOf(RxAnomalyError);
          expect((error as RxAnomalyError).code).toBe('BAD_SNAPSHOT');
          expect(JSON.stringify(other.snapshot())).toBe(before);
          other.dispose();
          return;
        }
        for (let t = 400; t < 460; t++) {
          const { score } = other.process(observed(t));
          expect(Number.isNaN(score), `score after ${path.join('.')} ${how} ${value}`).toBe(false);
          if (isSame) expect(score).toBeGreaterThanOrEqual(0);
        }
        other.dispose();
      }),
      { numRuns: 150, seed: 1 },
    );
    detector.dispose();
  });
});
