import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Dated, Recency } from '../../src/models/recency.ts';

interface Named extends Dated<Named> {
  readonly key: string;
}

it('keeps members in the order in which they were last seen, like a list that is searched through', () => {
  const move = fc.tuple(fc.constantFrom('touch', 'remove', 'replace'), fc.nat({ max: 9 }));
  fc.assert(
    fc.property(fc.array(move), (moves) => {
      const recency = new Recency<Named>();
      let plain: Named[] = [];
      for (const [what, name] of moves) {
        const key = String(name);
        const known = plain.find((other) => other.key === key);
        plain = plain.filter((other) => other !== known);
        if (what === 'remove') {
          if (known !== undefined) recency.remove(known);
        } else if (what === 'touch' && known !== undefined) {
          plain.push(known);
          recency.touch(known);
        } else {
          plain.push({ key, newer: undefined, older: undefined });
          recency.add(plain[plain.length - 1]);
        }
        expect([...recency].map((member) => member.key)).toEqual(plain.map((member) => member.key));
        expect(recency.size).toBe(plain.length);
        expect(recency.oldest).toBe(plain[0]);
        for (let k = 0; k < 10; k++)
          expect(recency.get(String(k))).toBe(plain.find((other) => other.key === String(k)));
      }
    }),
  );
});
