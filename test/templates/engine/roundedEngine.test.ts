import { describe, expect, it } from 'vitest';
import type { EngineFactory } from '../../../src/numerics/engines/engine.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { engineContract } from '../../contracts/engineContract.ts';
import { runOperator } from '../../support/runOperator.ts';
import { noisySine, SMALL } from '../../support/series.ts';
import { RoundedEngine } from './roundedEngine.ts';

const create: EngineFactory = (config) => new RoundedEngine(config);

engineContract({ name: 'rounded', create, cells: ['lstm'] });

describe('the rounded engine', () => {
  it('is what detectAnomalies runs its network on, when it is given', () => {
    const series = noisySine({ length: 400 }).with(350, 20);
    const verdicts = runOperator(series, detectAnomalies({ ...SMALL, engine: create }));
    const exact = runOperator(series, detectAnomalies({ ...SMALL, engine: 'reference' }));
    expect(verdicts[350]!.isAnomaly).toBe(true);
    const differences = verdicts.map(({ expected }, t) => Math.abs(expected - exact[t]!.expected));
    expect(Math.max(...differences.slice(1))).toBeLessThan(1e-3);
    expect(Math.max(...differences.slice(1))).toBeGreaterThan(0);
  });
});
