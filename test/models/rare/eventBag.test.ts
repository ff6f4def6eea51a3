import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { EventBag, PARTS } from '../../../src/models/rare/eventBag.ts';

interface Seen {
  category: string;
  readonly part: number | undefined;
}

/** How often a category is among some events, and the share of events that are as rare or rarer, with one more of it. */
function counted(events: readonly Seen[], category: string) {
  const all = [...events.map((each) => each.category), category];
  const sizes = new Map<string, number>();
  for (const each of all) sizes.set(each, (sizes.get(each) ?? 0) + 1);
  const own = sizes.get(category)!;
  const rare = all.filter((each) => sizes.get(each)! <= own).length;
  return { count: own - 1, of: events.length, chance: expect.closeTo(rare / all.length, 12) };
}

describe('EventBag', () => {
  it('has the conformal chance of its definition, whole and by part of the day, over merged categories', () => {
    const random = new Random(1);
    let bag = new EventBag(10_000, 100);
    const events: Seen[] = [];
    const names = Array.from({ length: 30 }, (_, k) => `c${k}`);
    const someName = (): string => names[Math.floor(30 * random.uniform() ** 3)]!;
    for (let n = 0; n < 800; n++) {
      const [category, part] = [someName(), random.below(4) === 0 ? undefined : random.below(PARTS)];
      bag.add(category, part);
      events.push({ category, part });
      if (n % 60 === 59) {
        const [from, to] = [someName(), someName()];
        if (from !== to) bag.merge(from, to);
        for (const each of events) if (each.category === from) each.category = to;
      }
      if (n % 150 === 149) {
        const saved = structuredClone(bag.save());
        bag = new EventBag(10_000, 100);
        bag.resume(saved);
      }
      if (n % 20 > 0) continue;
      for (const name of [names[0]!, names[3]!, someName(), 'never']) {
        expect(bag.known(name)).toEqual(counted(events, name));
        const at = random.below(PARTS);
        expect(bag.knownIn(at, name)).toEqual(
          counted(
            events.filter((each) => each.part === at),
            name,
          ),
        );
      }
      expect([bag.events, bag.categories]).toEqual([
        events.length,
        new Set(events.map((each) => each.category)).size,
      ]);
    }
    bag.merge('never', 'c0');
    expect(bag.known('c0')).toEqual(counted(events, 'c0'));
  });

  it('keeps about half at its bounds, and reports each category of which nothing is left', () => {
    const random = new Random(2);
    const forgotten: string[] = [];
    const bag = new EventBag(1000, 40, (category) => forgotten.push(category));
    const left = new Set<string>();
    let halvings = 0;
    for (let n = 0; n < 6000; n++) {
      const [before, categories] = [bag.events, bag.categories];
      const category = `c${Math.floor(1.5 / (random.uniform() + 0.01))}`;
      const isNew = bag.known(category).count === 0;
      bag.add(category, random.below(2) === 0 ? undefined : n % PARTS);
      left.add(category);
      const isFull = before + 1 >= 1000 || categories + Number(isNew) > 40;
      if (isFull) {
        halvings++;
        // Five standard deviations of as many coins.
        if (before >= 500) expect(Math.abs(bag.events - before / 2)).toBeLessThan(2.5 * Math.sqrt(before));
      } else expect(bag.events).toBe(before + 1);
      expect(bag.events).toBeLessThan(1000);
      expect(bag.categories).toBeLessThanOrEqual(40);
      for (const each of forgotten.splice(0)) {
        expect(left.delete(each)).toBe(true);
        expect(bag.known(each).count).toBe(0);
      }
    }
    expect(halvings).toBeGreaterThan(5);
    expect(bag.categories).toBe(left.size);
    const counts = [...left].map((each) => bag.known(each).count);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(bag.events);
    for (let part = 0; part < PARTS; part++) {
      const inPart = [...left].map((each) => bag.knownIn(part, each).count);
      expect(inPart.reduce((sum, each) => sum + each, 0)).toBe(bag.knownIn(part, 'c0').of);
    }
    const { forgotten: count } = bag;
    expect(count).toBeGreaterThan(0);
    const other = new EventBag(1000, 40);
    other.resume(structuredClone(bag.save()));
    for (const each of [bag, other]) for (let n = 0; n < 1200; n++) each.add(`d${n % 60}`, n % PARTS);
    expect(other.save()).toEqual(bag.save());
  });

  it.each<[string, (state: { categories: string[]; counts: Uint32Array }) => void]>([
    ['a count too few', (state) => Object.assign(state, { counts: state.counts.slice(1) })],
    ['a category twice', (state) => state.categories.fill('a')],
    ['none of a category', (state) => state.counts.fill(0, 0, 1)],
    ['more events in a part of the day than in all', (state) => state.counts.fill(9, 3, 4)],
    ['counts that are none', (state) => Object.assign(state, { counts: [...state.counts] })],
  ])('refuses a state with %s', (_, damage) => {
    const bag = new EventBag(100, 2);
    for (let n = 0; n < 5; n++) bag.add(n % 2 === 0 ? 'a' : 'b', n);
    const state = structuredClone(bag.save()) as unknown as { categories: string[]; counts: Uint32Array };
    const other = new EventBag(100, 2);
    expect(() => other.resume(state as never)).not.toThrow();
    expect(() => new EventBag(100, 1).resume(state as never)).toThrow('there are too many categories');
    damage(state);
    expect(() => other.resume(state as never)).toThrow(expect.objectContaining({ code: 'BAD_SNAPSHOT' }));
  });
});
