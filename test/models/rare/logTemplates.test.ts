import { describe, expect, it } from 'vitest';
import { LogTemplates, withoutNumbers } from '../../../src/models/rare/logTemplates.ts';

describe('LogTemplates', () => {
  it.each([
    ['disk sda1 at 93 %', 'disk sda<*> at <*> %'],
    ['2026-01-05T10:00:00.123Z GET /a/17?x=-3', '<*>Z GET /a/<*>?x=<*>'],
    ['from 10.0.0.1:443 in 0.3 s', 'from <*> in <*> s'],
    ['at 0x7ffe12 of 550e8400-e29b-41d4-a716-446655440000', 'at <*> of <*>'],
    ['commit 1fa5ea12 by defaced', 'commit <*> by defaced'],
  ])('takes numbers out of %s', (line, expected) => {
    expect(withoutNumbers(line)).toBe(expected);
  });

  it('has one template for the lines of a kind, and others for other kinds', () => {
    const templates = new LogTemplates();
    const users = ['anna', 'ben', 'cleo', 'dan'];
    const ids = users.map((user, n) =>
      templates.add(`2026-01-05 10:0${n}:00 session opened for user ${user}`),
    );
    const other = templates.add('2026-01-05 10:07:00 session closed for user ben');
    expect(new Set(ids).size).toBe(1);
    expect(other).not.toBe(ids[0]);
    expect(templates.textOf(ids[0]!)).toBe('<*> <*> session opened for user <*>');
    expect(templates.size).toBe(2);
  });

  it('makes one of templates whose second words turn out to be names', () => {
    const merged = new Map<number, number>();
    const templates = new LogTemplates((from, to) => merged.set(from, to));
    const ids = Array.from({ length: 30 }, (_, n) =>
      templates.add(`install package${'abcdefghijklmnopqrstuvwxyz1234'[n]} from main`),
    );
    expect(templates.size).toBe(1);
    const last = ids.at(-1)!;
    expect(templates.textOf(last)).toBe('install <*> from main');
    for (const id of new Set(ids)) expect(merged.get(id) ?? id).toBe(last);
  });

  it('forgets a template, and reads lines of any kind', () => {
    const templates = new LogTemplates();
    const id = templates.add('out of memory');
    templates.forget(id);
    templates.forget(id);
    expect(templates.size).toBe(0);
    expect(templates.textOf(id)).toBe('');
    expect(templates.add('out of memory')).not.toBe(id);
    expect(templates.add('')).toBe(templates.add('   '));
    expect(templates.add('12 13')).toBe(templates.add('7 8'));
    const long = Array.from({ length: 5000 }, () => 'word').join(' ');
    expect(templates.textOf(templates.add(long)).length).toBeLessThan(400);
  });

  it('has a line of the template that has most of its words, at least half, numbers aside', () => {
    const templates = new LogTemplates();
    const [one, other] = ['a b c d e f', 'a b u v w x'].map((line) => templates.add(line));
    expect(other).not.toBe(one);
    expect(templates.add('a b c v w x')).toBe(other);
    expect(templates.add('a b c d e x')).toBe(one);
    expect(templates.textOf(other!)).toBe('a b <*> v w x');
    expect(templates.textOf(one!)).toBe('a b c d e <*>');
    expect(templates.add('a b c 1 2 3')).toBe(one); // all of its words
    expect(templates.add('a b p q v r')).not.toBe(other); // two of six
    expect(templates.add('a b p v q r s')).not.toBe(other); // more words
    const half = new LogTemplates();
    expect(half.add('a b c d')).toBe(half.add('a b x y'));
  });

  it('forgets one template of several with the same first words, and resumes with the rest', () => {
    const templates = new LogTemplates();
    const [one, other] = ['a b c d e f', 'a b u v w x'].map((line) => templates.add(line));
    templates.forget(one!);
    const resumed = new LogTemplates();
    resumed.resume(structuredClone(templates.save()));
    for (const each of [templates, resumed]) {
      expect(each.add('a b u v w y')).toBe(other);
      expect(each.add('a b c d e f')).toBe(other! + 1);
      each.forget(other!);
      each.forget(other! + 1);
      expect(each.add('a b u v w x')).toBe(other! + 2);
      expect(each.size).toBe(1);
    }
    const state = structuredClone(templates.save()) as { templates: { id: number }[]; next: number };
    for (const wrong of [
      { ...state, next: other! + 2 },
      { ...state, templates: [...state.templates, ...state.templates] },
    ])
      expect(() => resumed.resume(wrong as never)).toThrow('the number of a template is there twice');
  });
});
