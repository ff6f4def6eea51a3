import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Dated, Recency } from '../../src/models/recency.ts';

interface Named extends Dated<Named> {
  readonly name: number;
}

it('keeps members in the order in which they were last seen, like a list that is searched through', () => {
  const move = fc.tuple(fc.constantFrom('touch', 'remove'), fc.nat({ max: 9 }));
  fc.assert(
    fc.property(fc.array(move), (moves) => {
      const members: Named[] = Array.from({ length: 10 }, (_, name) => ({
        name,
        newer: undefined,
        older: undefined,
      }));
      const recency = new Recency<Named>();
      let plain: number[] = [];
      for (const [what, name] of moves) {
        plain = plain.filter((other) => other !== name);
        if (what === 'touch') plain.push(name);
        if (what === 'touch') recency.touch(members[name]);
        else recency.remove(members[name]);
        const listed: number[] = [];
        for (let member = recency.oldest; member !== undefined; member = member.newer)
          listed.push(member.name);
        expect(listed).toEqual(plain);
      }
    }),
  );
});
