import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import {
  checkFeedback,
  type Feedback,
  feedbackOn,
  type Range,
} from '../../../src/models/decision/feedback.ts';
import { FeedbackRecord } from '../../../src/models/decision/feedbackRecord.ts';
import { unknownKey, WaitingFeedback } from '../../../src/models/decision/waitingFeedback.ts';

const MOST = 64;
const SHARES = [
  [0.5, 0.5],
  [0.5 - 1e-12, 0.5 + 1e-12],
  [0.9, 0.1],
  [0, 1],
];

/** Which pieces are kept and which normal ones count, each by what has become of it. */
class Written {
  pieces: { readonly piece: Feedback; readonly revertedBy: Set<Feedback> }[] = []; // oldest first

  add(piece: Feedback): boolean {
    if (piece.kind === 'clear') {
      const gone = this.pieces.filter((each) => eventsOf(each.piece) === eventsOf(piece));
      for (const each of gone) this.#drop(each.piece);
      return gone.length > 0;
    }
    if (piece.kind === 'missed')
      for (const each of this.#of('normal')) {
        const overlaps = each.piece.value.every(
          ([low, high], d) => Math.max(low, piece.value[d][0]) <= Math.min(high, piece.value[d][1]),
        );
        if (overlaps) each.revertedBy.add(piece);
      }
    this.pieces.push({ piece, revertedBy: new Set() });
    const [normal, missed] = [this.#of('normal'), this.#of('missed')];
    if (normal.length > MOST)
      this.#drop((normal.find(({ revertedBy }) => revertedBy.size > 0) ?? normal[0]).piece);
    if (missed.length > MOST) {
      const oldest = missed[0].piece;
      for (const each of normal) if (each.revertedBy.has(oldest)) this.#drop(each.piece);
      this.#drop(oldest);
    }
    return true;
  }

  covers(value: readonly number[], residual: readonly number[], shares: readonly number[]): boolean {
    const within = ([low, high]: Range, at: number): boolean => low <= at && at <= high;
    return this.#of('normal').some(({ piece, revertedBy }) => {
      if (revertedBy.size > 0) return false;
      const loud = [...shares.keys()].filter((d) => shares[d] > 1 / shares.length - 1e-6);
      return loud.every((d) => within(piece.value[d], value[d]) && within(piece.residual[d], residual[d]));
    });
  }

  #of(kind: Feedback['kind']) {
    return this.pieces.filter(({ piece }) => piece.kind === kind);
  }

  #drop(piece: Feedback): void {
    this.pieces = this.pieces.filter((each) => each.piece !== piece);
    for (const { revertedBy } of this.pieces) revertedBy.delete(piece);
  }
}

const eventsOf = ({ score, value, residual }: Feedback): string => JSON.stringify([score, value, residual]);

/** Two dimensions and so few numbers that pieces overlap, repeat and nearly repeat. */
function someFeedback(random: Random, key?: string): Feedback {
  const range = (): Range => {
    const low = random.below(9);
    return random.below(12) === 0 ? [Number.NaN, Number.NaN] : [low, low + random.below(3)];
  };
  const kind = (['normal', 'normal', 'missed', 'clear'] as const)[random.below(4)];
  return {
    ...{ kind, key, score: random.below(2) / 4 },
    value: [range(), range()],
    residual: [range(), [0, 8 + random.below(2)]],
  };
}

describe('a record of feedback', () => {
  it.each([
    ['of both kinds', 1, 'missed'],
    ['nearly all normal', 2, 'normal'],
  ] as const)('keeps and covers what it says, %s', (_, seed, missed) => {
    const random = new Random(seed);
    let record = new FeedbackRecord();
    const written = new Written();
    const given: Feedback[] = [];
    let [cleared, covered] = [0, 0];
    for (let n = 0; n < 500; n++) {
      const drawn = someFeedback(random);
      const kind = drawn.kind === 'missed' && random.below(3) > 0 ? missed : drawn.kind;
      // Half of what is cleared was given before.
      const like =
        drawn.kind === 'clear' && random.below(2) === 0 ? given.at(-1 - random.below(9)) : undefined;
      const piece = { ...(like ?? drawn), kind };
      given.push(piece);
      const isAdded = record.add(piece);
      expect(isAdded).toBe(written.add(piece));
      if (kind === 'clear' && isAdded) cleared++;
      expect(record.size).toBe(written.pieces.length);
      const missedScores = written.pieces.filter((each) => each.piece.kind === 'missed');
      expect(record.missed).toEqual(missedScores.map((each) => each.piece.score));
      if (n % 50 === 0) record = FeedbackRecord.resumed(structuredClone(record.save()));
      const events = SHARES.map((attribution) => {
        const [value, residual] = [0, 1].map(() => [random.below(10), random.below(10)]);
        return { value, residual, attribution };
      });
      const expected = events.map((each) => written.covers(each.value, each.residual, each.attribution));
      expect(events.map((each) => record.covers(each))).toEqual(expected);
      covered += expected.filter(Boolean).length;
    }
    expect(cleared).toBeGreaterThan(20);
    expect(covered).toBeGreaterThan(100);
    expect(covered).toBeLessThan(1900);
  });

  it('covers nothing of a stream of other dimensions, nor of one whose ranges have an end too few', () => {
    const record = new FeedbackRecord();
    const range: Range = [0, 9];
    record.add({ kind: 'normal', key: undefined, value: [range], residual: [range], score: 1 });
    expect(record.covers({ value: 5, residual: 5, attribution: 1 })).toBe(true);
    expect(record.covers({ value: [5, 5], residual: [5, 5], attribution: [1, 0] })).toBe(false);
    const [saved] = record.save() as { kind: string; score: number; ranges: unknown }[];
    const more = new FeedbackRecord();
    more.add({ kind: 'normal', key: undefined, value: [range, range], residual: [range], score: 1 });
    const [uneven] = more.save() as { ranges: unknown }[];
    const refuse = (state: unknown, message: string): void =>
      expect(() => FeedbackRecord.resumed(state as never)).toThrow(message);
    refuse([{ ...saved, ranges: uneven.ranges }], 'a range of feedback has no end');
    refuse(new Array(129).fill(saved), 'expected at most 128 pieces of feedback, got 129');
    expect(FeedbackRecord.resumed(new Array(128).fill(saved) as never).size).toBe(64);
  });
});

describe('feedback on events', () => {
  it('spans their values and residuals, half a band more on either side, and has their highest score', () => {
    const random = new Random(3);
    for (let run = 0; run < 200; run++) {
      const dimensions = 1 + random.below(3);
      const number = (): number => (random.below(6) === 0 ? Number.NaN : random.normal());
      const events = Array.from({ length: 1 + random.below(4) }, () => {
        const of = (make: () => number): number[] => Array.from({ length: dimensions }, make);
        const lower = of(number);
        // Now and then a band that is upside down: it widens nothing.
        const upper = lower.map((each) => each + (random.below(8) === 0 ? -1 : 2 * random.uniform()));
        return { value: of(number), expected: of(number), lower, upper, score: random.uniform() };
      });
      const hull = (of: (event: (typeof events)[number], d: number) => number, d: number): Range => {
        const known = events.filter((event) => !Number.isNaN(of(event, d)));
        if (known.length === 0) return [Number.NaN, Number.NaN];
        const room = ({ lower, upper }: (typeof events)[number]): number =>
          upper[d] > lower[d] ? (upper[d] - lower[d]) / 2 : 0;
        return [
          Math.min(...known.map((event) => of(event, d) - room(event))),
          Math.max(...known.map((event) => of(event, d) + room(event))),
        ];
      };
      const places = Array.from({ length: dimensions }, (_, d) => d);
      expect(feedbackOn('missed', 'a', events)).toEqual({
        ...{ kind: 'missed', key: 'a', score: Math.max(...events.map(({ score }) => score)) },
        value: places.map((d) => hull(({ value }) => value[d], d)),
        residual: places.map((d) => hull(({ value, expected }) => value[d] - expected[d], d)),
      });
    }
  });

  it.each<[object | undefined, string]>([
    [undefined, 'kind to be one of'],
    [{ value: [[0, 1], [0]] }, 'value to be a list of ranges'],
    [{ value: [[0, 1], 5] }, 'value to be a list of ranges'],
    [{ value: [[0, '1']] }, 'value to be a list of ranges'],
    [{ value: 7 }, 'value to be a list of ranges'],
    [{ residual: [[0, 1, 2]] }, 'residual to be a list of ranges'],
    [{ residual: [] }, 'residual to be a range for each of value, got []'],
    [{ score: 1.1 }, 'score to be a number from 0 to 1'],
  ])('is refused where it is %j', (wrong, message) => {
    const right = { kind: 'missed', key: 'a', value: [[0, 1]], residual: [[0, 1]], score: 0.5 };
    const feedback = (wrong === undefined ? wrong : { ...right, ...wrong }) as unknown as Feedback;
    expect(() => checkFeedback('here', feedback)).toThrow(`here: feedback: expected ${message}`);
    expect(() => checkFeedback('here', right as unknown as Feedback, 1)).not.toThrow();
  });
});

describe('feedback that waits', () => {
  it('is the newest thousand pieces, whatever their keys, taken by key', () => {
    const random = new Random(4);
    const keys = [undefined, 'a', 'b', 'c'];
    let waiting = new WaitingFeedback();
    let written: { readonly piece: Feedback; readonly events: string }[] = []; // oldest first
    let dropped = 0;
    for (let n = 0; n < 3000; n++) {
      const key = keys[random.below(4)];
      const piece = someFeedback(random, key);
      const chance = random.below(2500);
      if (chance === 0) {
        expect(waiting.take(key)).toEqual(written.flatMap(({ piece }) => (piece.key === key ? [piece] : [])));
        written = written.filter(({ piece }) => piece.key !== key);
      } else if (piece.kind === 'clear') {
        const like = {
          ...(written[random.below(2 * written.length)]?.piece ?? piece),
          kind: 'clear' as const,
        };
        const events = eventsOf(like);
        const left = written.filter((each) => each.piece.key !== like.key || each.events !== events);
        expect(waiting.remove(like)).toBe(left.length < written.length);
        written = left;
      } else {
        const fate = waiting.add(piece);
        written.push({ piece, events: eventsOf(piece) });
        const oldest = written.length > 1000 ? written.shift()!.piece : undefined;
        const name = oldest?.key === undefined ? 'the stream without a key' : `"${oldest.key}"`;
        if (oldest !== undefined) dropped++;
        expect(fate).toBe(
          `it waits for the first event of its key${oldest === undefined ? '' : `, and the oldest of 1000 that wait, on ${name}, is dropped`}`,
        );
      }
      expect(waiting.size).toBe(written.length);
      if (n % 500 === 0) waiting = WaitingFeedback.resumed(structuredClone(waiting.save()));
    }
    expect(dropped).toBeGreaterThan(100);
    const [one] = waiting.save() as { key: string | null }[];
    waiting.clear();
    expect([waiting.size, waiting.take('a'), waiting.take(undefined)]).toEqual([0, [], []]);
    const saved = new Array(1001).fill(one);
    expect(() => WaitingFeedback.resumed(saved)).toThrow('expected at most 1000 pieces of feedback');
    expect(WaitingFeedback.resumed(saved.slice(1)).size).toBe(1000);
    expect(unknownKey(undefined, 0, 'gone').message).toMatch(/^feedback on the stream without a key: /);
  });
});
