import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { AtRest } from '../../../src/models/evidence/atRest.ts';
import { Intermittence } from '../../../src/models/evidence/intermittence.ts';
import { packVectors } from '../../../src/models/snapshot/vectors.ts';

/** After so many records at 5 with a pulse every so many. */
function rested(records: number, every: number, pulse: (n: number) => number): AtRest {
  const rest = new AtRest();
  for (let t = 0; t < records; t++) rest.learn(t % every === every - 1 ? pulse(t) : 5);
  return rest;
}

describe('AtRest', () => {
  it('says nothing of a stream that moves, or is young', () => {
    const random = new Random(1);
    const moving = new AtRest();
    for (let t = 0; t < 500; t++) moving.learn(random.normal());
    expect(moving.rests).toBe(false);
    expect(moving.limit(9)).toBe(Number.POSITIVE_INFINITY);
    expect(rested(90, 10, () => 6).limit(6)).toBe(Number.POSITIVE_INFINITY);
    // a square wave with 40 % at the other value does not rest
    const square = new AtRest();
    for (let t = 0; t < 1000; t++) square.learn(t % 10 < 6 ? 0 : 1);
    expect(square.rests).toBe(false);
  });

  it('bounds a pulse by its rate and its rank, and the return to rest to nothing', () => {
    const rest = rested(1000, 20, (t) => (t % 40 === 39 ? 6 : 7));
    expect(rest.rests).toBe(true);
    expect(rest.limit(5)).toBe(0);
    expect(rest.limit(6)).toBeCloseTo(-Math.log10(51 / 1001), 1); // as large as all, one in 20
    expect(rest.limit(7)).toBeCloseTo(-Math.log10(51 / 1001) - Math.log10(0.5), 1);
    // beyond all of them a power law of exponent 2.5
    const far = rest.limit(5 + 200) - rest.limit(5 + 20);
    expect(far).toBeCloseTo(2.5, 6);
    // to the other side, where there never was one
    expect(rest.limit(4)).toBeGreaterThan(rest.limit(7));
  });

  it('has the rate since the value was adopted, or lately, and the rank among the newest 32 without the largest', () => {
    const rest = rested(1000, 20, (t) => (t % 40 === 39 ? 6 : 7));
    const rate = 51 / 1001;
    expect(rest.limit(6)).toBeCloseTo(-Math.log10((rate * 32) / 33), 9);
    expect(rest.limit(7)).toBeCloseTo(-Math.log10((rate * 16) / 33), 9);
    // Beyond the second largest a power law; to the other side, beyond the largest of all.
    expect(rest.surpriseOfSize(205)).toBeCloseTo(-Math.log10((1 / 33) * (2 / 200) ** 2.5), 9);
    expect(rest.surpriseOfSize(-195)).toBeCloseTo(-Math.log10((1 / 33) * (2 / 200) ** 2.5), 9);
    expect(rest.limit(4)).toBeCloseTo(-Math.log10(rate / 33), 9);
    let lately = 0; // over a thousand records
    for (let t = 0; t < 1000; t++) lately += (Number(t % 20 === 19) - lately) / 1000;
    for (let t = 0; t < 600; t++) {
      rest.learn(t % 4 === 0 ? 7 : 5);
      lately += (Number(t % 4 === 0) - lately) / 1000;
    }
    expect(lately + 0.001).toBeGreaterThan(201 / 1601);
    expect(rest.limit(7)).toBeCloseTo(-Math.log10(((lately + 0.001) * 32) / 33), 9);
  });

  it('ranks one among few pulses with the largest, and knows no rank of the first', () => {
    const rest = rested(400, 40, () => 6); // ten
    expect(rest.limit(6)).toBeCloseTo(-Math.log10(11 / 401), 9); // all of ten, itself counted: 11 of 11
    expect(rest.limit(7)).toBeCloseTo(-Math.log10((11 / 401) * (1 / 11) * (1 / 2) ** 2.5), 9);
  });

  it('does not bound the first pulse ever', () => {
    const rest = new AtRest();
    for (let t = 0; t < 2000; t++) rest.learn(0);
    expect(rest.limit(1)).toBe(Number.POSITIVE_INFINITY);
    rest.learn(1);
    expect(rest.limit(1)).toBeLessThan(4);
  });

  it('does not take a pulse that has come once for usual, however many small ones there are, but one that has come twice', () => {
    const rest = rested(3000, 30, () => 6);
    const first = rest.surpriseOfSize(35);
    expect(first).toBeGreaterThan(4);
    rest.learn(35);
    for (let t = 0; t < 100; t++) rest.learn(t % 30 === 29 ? 6 : 5);
    expect(rest.surpriseOfSize(35)).toBeCloseTo(first, 1);
    expect(rest.surpriseOfSize(6)).toBeLessThan(0.1);
    rest.learn(35);
    for (let t = 0; t < 100; t++) rest.learn(t % 30 === 29 ? 6 : 5);
    expect(rest.surpriseOfSize(35)).toBeLessThan(2);
  });

  it('counts pulses in a row as one, as large as the largest', () => {
    const rest = rested(3000, 30, () => 6);
    for (const value of [20, 35, 30]) rest.learn(value);
    rest.learn(5);
    expect(rest.surpriseOfSize(35)).toBeGreaterThan(4);
  });

  it('knows no size before twenty pulses, and none in a stream that does not rest', () => {
    expect(rested(300, 30, () => 6).surpriseOfSize(60)).toBe(0);
    const random = new Random(1);
    const moving = new AtRest();
    for (let t = 0; t < 1000; t++) moving.learn(random.normal());
    expect(moving.surpriseOfSize(60)).toBe(0);
  });

  it('rests within a tolerance, about the middle of the values there', () => {
    const random = new Random(1);
    const rest = new AtRest();
    for (let t = 0; t < 2000; t++) rest.learn(t % 20 === 19 ? 9 : 5 + 1e-4 * random.normal(), 1e-3);
    expect(rest.rests).toBe(true);
    expect(rest.state[0]).toBeCloseTo(5, 4);
    expect(rest.limit(5.0009, 1e-3)).toBe(0);
    expect(rest.limit(5.002, 1e-3)).toBeGreaterThan(1);
  });

  it('forgets the pulses from a value when it adopts another', () => {
    const rest = rested(300, 10, () => 6);
    for (let t = 0; t < 1000; t++) rest.learn(8);
    for (const value of [5, 6, 40])
      expect([rest.limit(value), rest.surpriseOfSize(value)]).toEqual([Number.POSITIVE_INFINITY, 0]);
  });

  it('adopts another value that has become the majority', () => {
    const rest = rested(300, 1000, () => 6);
    for (let t = 0; t < 1000; t++) rest.learn(8);
    expect(rest.rests).toBe(true);
    expect(rest.limit(8)).toBe(0);
  });
});

describe('Intermittence', () => {
  it('takes a stream of rare steps for one, though its value never rests', () => {
    const stairs = new Intermittence();
    for (let t = 0; t < 1000; t++) stairs.learn(Math.floor(t / 10), 1);
    expect(stairs.limit(100)).toBe(Number.POSITIVE_INFINITY);
    expect(stairs.limitOfMoves(99)).toBe(0); // it stands
    expect(stairs.limitOfMoves(100)).toBeCloseTo(1, 1); // one step in ten
    expect(stairs.limitOfMoves(130)).toBeGreaterThan(4);
  });

  it('moves on without learning at weight 0', () => {
    const stairs = new Intermittence();
    for (let t = 0; t < 1000; t++) stairs.learn(Math.floor(t / 10), 1);
    const { 'rest.last': _, ...were } = packVectors(stairs.carried());
    stairs.learn(500, 0);
    const { 'rest.last': last, ...rest } = packVectors(stairs.carried());
    expect(rest).toEqual(were);
    expect(last).toEqual(Float64Array.of(500));
  });
});
