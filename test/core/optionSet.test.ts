import { describe, expect, it } from 'vitest';
import { boolean, oneOf, positiveInteger } from '../../src/core/optionKinds.ts';
import { factoryOf, OptionSet } from '../../src/core/optionSet.ts';
import { badOption } from '../../src/core/options.ts';

interface Options {
  readonly dimensions: number;
  readonly hidden?: number;
  readonly cell?: 'lstm' | 'gru';
  readonly skip?: boolean;
  readonly label?: string;
}

/** `label` has no default. */
type Resolved = Required<Omit<Options, 'label'>> & Pick<Options, 'label'>;

let checks = 0;
const about = 'what it is';
const when = 'now and then';
const set: OptionSet<Options, Resolved> = new OptionSet(
  {
    dimensions: { kind: positiveInteger(), required: true, about, when },
    hidden: { kind: positiveInteger(64, 'time grows with it'), default: 16, about, when },
    cell: { kind: oneOf(['lstm', 'gru']), default: 'lstm', about, when },
    skip: { kind: boolean, default: true, about, when },
    label: { kind: oneOf(['a', 'b']), about, when },
  },
  (where, options) => {
    checks++;
    if (options.cell === 'gru' && !options.skip)
      throw badOption(where, 'skip', 'true with gru', options.skip);
    return options;
  },
);

describe('OptionSet', () => {
  it('fills in the defaults, and leaves out what has none', () => {
    expect(set.resolve('here', { dimensions: 2 })).toEqual({
      ...{ dimensions: 2, hidden: 16, cell: 'lstm', skip: true },
    });
    expect(set.resolve('here', { dimensions: 1, hidden: 3, label: 'b' })).toMatchObject({
      hidden: 3,
      label: 'b',
    });
    // As from plain JavaScript: an undefined option is one that is left out.
    expect(set.resolve('here', { dimensions: 1, hidden: undefined } as never)).toMatchObject({ hidden: 16 });
  });

  it.each<[object | null, string]>([
    [{}, 'expected dimensions to be a positive integer, got undefined'],
    [{ dimensions: 1, hidden: -3 }, 'expected hidden to be a positive integer, got -3'],
    [{ dimensions: 1, hidden: 65 }, 'expected hidden to be at most 64 (time grows with it), got 65'],
    [{ dimensions: 1, hidden: null }, 'expected hidden to be a positive integer, got null'],
    [{ dimensions: 1, cell: 'gru', skip: false }, 'expected skip to be true with gru, got false'],
    [
      { dimensions: 1, hiden: 3 },
      'unknown option hiden; did you mean hidden? the options are dimensions, hidden, cell, skip, label',
    ],
    [{ dimensions: 1, SKIP: true }, 'did you mean skip?'],
    [null, 'expected the options to be an object, got null'],
  ])('refuses %j', (options, message) => {
    expect(() => set.resolve('here', options as never)).toThrow(message);
    expect(() => set.resolve('here', options as never)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    );
  });

  it('keeps a secret out of its message', () => {
    const secrets = new OptionSet<{ readonly token?: string }, { readonly token?: string }>({
      token: { kind: oneOf(['a']), isSecret: true, about, when },
    });
    expect(() => secrets.resolve('here', { token: 'hunter2' })).toThrow(
      /^here: expected token to be one of 'a', got "…"$/,
    );
  });

  it('suggests no name that has nothing to do with the one given', () => {
    expect(() => set.resolve('here', { dimensions: 1, colour: 3 } as never)).toThrow(/label$/);
  });

  it('returns what was resolved before as it is, without checking it again', () => {
    const resolved = set.resolve('here', { dimensions: 1 });
    const before = checks;
    expect(set.resolve('elsewhere', resolved)).toBe(resolved);
    expect(set.resolvePart('elsewhere', resolved)).toBe(resolved);
    const changed = set.with(resolved, { hidden: 5 });
    expect(changed).toEqual({ ...resolved, hidden: 5 });
    expect(set.resolve('elsewhere', changed)).toBe(changed);
    expect(checks).toBe(before);
    // A copy may have been changed by anyone.
    set.resolve('elsewhere', { ...resolved });
    expect(checks).toBe(before + 1);
  });

  it('protects what was resolved from change', () => {
    const resolved = set.resolve('here', { dimensions: 1 });
    expect(() => Object.assign(resolved, { hidden: -1 })).toThrow(TypeError);
  });

  it('takes its own from an object that holds other options too', () => {
    expect(set.pick({ dimensions: 1, hidden: undefined, speed: 3 })).toEqual({ dimensions: 1 });
    expect(set.resolvePart('here', { dimensions: 1, speed: 3 })).toEqual(
      set.resolve('here', { dimensions: 1 }),
    );
  });
});

describe('factoryOf', () => {
  it('checks the options once for each number of dimensions', () => {
    const create = factoryOf('here', set, { hidden: 4 }, (resolved) => resolved);
    const before = checks;
    const made = Array.from({ length: 1000 }, () => create(2));
    expect(checks).toBe(before + 1);
    expect(new Set(made).size).toBe(1);
    expect(create(3)).toMatchObject({ dimensions: 3, hidden: 4 });
    expect(checks).toBe(before + 2);
  });

  it('refuses a wrong option when it is called', () => {
    const create = factoryOf('here', set, { hidden: 0 }, (resolved) => resolved);
    expect(() => create(1)).toThrow('here: expected hidden to be a positive integer, got 0');
  });
});
