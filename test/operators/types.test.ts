import { from, of, type Observable } from 'rxjs';
import { expectTypeOf, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { fromCsv } from '../../src/sources/csv/fromCsv.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { CsvRow } from '../../src/sources/csv/csvTable.ts';

it('t', () => {
  expectTypeOf(of(1, 2, 3).pipe(detectAnomalies())).toEqualTypeOf<Observable<Verdict<number, number>>>();
  expectTypeOf(of(1, 2, 3).pipe(detectAnomalies({ hidden: 4 }))).toEqualTypeOf<Observable<Verdict<number, number>>>();
  const readings: R[] = [];
  interface R { temp: number; rpm: number; at: Date; id: string }
  expectTypeOf(from(readings).pipe(detectAnomalies({ value: (r) => r.temp, time: (r) => r.at }))).toEqualTypeOf<Observable<Verdict<R, number>>>();
  expectTypeOf(from(readings).pipe(detectAnomalies({ key: (r) => r.id, value: (r) => [r.temp, r.rpm] }))).toEqualTypeOf<Observable<Verdict<R, readonly number[]>>>();
  expectTypeOf(from(readings).pipe(detectAnomalies({ value: () => 5 }))).toEqualTypeOf<Observable<Verdict<R, number>>>();
  expectTypeOf(fromCsv('x').pipe(detectAnomalies())).toEqualTypeOf<Observable<Verdict<Reading<CsvRow, readonly number[]>, readonly number[]>>>();
  expectTypeOf(fromCsv('x', { value: 'a' }).pipe(detectAnomalies({ key: (r) => r.key, idleTimeout: 5 }))).toEqualTypeOf<Observable<Verdict<Reading<CsvRow, number>, number>>>();
  expectTypeOf(of(1, null, undefined).pipe(detectAnomalies({ onProblem: (p) => p.event }))).toEqualTypeOf<Observable<Verdict<number | null | undefined, number>>>();
  expectTypeOf(of([1, 2]).pipe(detectAnomalies())).toEqualTypeOf<Observable<Verdict<number[], readonly number[]>>>();
  const anys: Observable<any> = of(1);
  const xx = anys.pipe(detectAnomalies());
  const yy = from(readings).pipe(detectAnomalies());
  const zz = from(readings).pipe(detectAnomalies({ time: (r) => r.at }));
  const uu = (of(1) as Observable<unknown>).pipe(detectAnomalies());
});
