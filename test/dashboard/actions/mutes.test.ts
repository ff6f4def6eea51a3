import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, Value } from '../../../src/core/reading.ts';
import { parseAction, parseFeedback } from '../../../src/dashboard/actions/parseActions.ts';
import { Board } from '../../../src/dashboard/board.ts';
import { IncidentMerger } from '../../../src/models/decision/incidentMerger.ts';
import { parseSnapshot } from '../../../src/models/snapshot/parseSnapshot.ts';
import { spike, verdict } from '../verdicts.ts';

const HOLD = 3;
const HOUR = 3_600_000;
const boardOf = (): Board =>
  new Board({
    hello: { instance: 'one', title: 'test', threshold: 0.5, incidents: 100, history: 50, feedback: true },
    ...{ hold: HOLD, group: '5m', maxStreams: 5, maxIncidents: 100 },
    ...{ staleAfter: undefined, dimensions: undefined, gates: undefined },
  });

/** A board and what is alerted of it, over restarts. */
class Alerted {
  board: Board = boardOf();
  readonly sent: Alert<unknown, Value>[] = [];
  #merger = new IncidentMerger<unknown, Value>({ hold: HOLD, maxOpen: 10 });

  add(n: number, flagged: boolean, now: number, key = 'pump'): void {
    const open = this.#merger.of(key);
    const next = flagged ? spike(n, { key, startOfIncident: open === undefined }) : verdict(n, { key });
    this.board.add(next, now);
    const ended = this.#merger.add(next);
    for (const incident of ended) this.#alert({ phase: 'ended', incident }, now);
    const began = this.#merger.of(key);
    if (began?.count === 1 && flagged)
      this.#alert({ phase: 'began', incident: { ...began, open: true } }, now);
  }

  tick(now: number): void {
    this.sent.push(...this.board.actions.endMutes(now));
    this.board.refresh(now);
  }

  restart(now: number): void {
    const saved = parseSnapshot(JSON.stringify(this.board.snapshot(() => true)));
    this.board = boardOf();
    this.board.restore(saved, now);
  }

  get open(): boolean {
    return this.#merger.of('pump') !== undefined;
  }

  #alert(alert: Alert<unknown, Value>, now: number): void {
    if (!this.board.actions.holdsBack(alert, now)) this.sent.push(alert);
  }
}

describe('a muted stream', () => {
  const phases = ({ sent }: Alerted) => sent.map(({ phase, incident }) => `${phase} ${incident.first.event}`);

  it('is not alerted while it is muted, and others are', () => {
    const alerted = new Alerted();
    for (const key of ['pump', 'fan']) alerted.add(0, false, 0, key);
    expect(alerted.board.actions.take({ kind: 'mute', name: 'pump', for: HOUR }, 0)).toEqual({ key: 'pump' });
    for (const key of ['pump', 'fan']) {
      alerted.add(1, true, 1, key);
      for (let n = 2; n < 6; n++) alerted.add(n, false, n, key);
    }
    expect(alerted.sent.map(({ phase, incident: { key } }) => `${phase} ${key}`)).toEqual([
      'began fan',
      'ended fan',
    ]);
    expect(alerted.board.actions.counts).toEqual({ muted: 1, held: 1 });
    alerted.tick(HOUR);
    expect(alerted.sent).toHaveLength(2); // what has ended meanwhile is not alerted
    expect(alerted.board.actions.counts).toEqual({ muted: 0, held: 1 });
  });

  it('is alerted when its mute ends, on what is still open', () => {
    const alerted = new Alerted();
    alerted.add(0, false, 0);
    alerted.board.actions.take({ kind: 'mute', name: 'pump', for: HOUR }, 0);
    alerted.add(1, true, 1);
    alerted.restart(2);
    alerted.tick(HOUR - 1);
    expect(alerted.sent).toEqual([]);
    alerted.tick(HOUR);
    expect(alerted.sent).toMatchObject([{ phase: 'began', incident: { key: 'pump', open: true } }]);
    for (let n = 2; n < 6; n++) alerted.add(n, false, HOUR + n);
    expect(alerted.sent.map(({ phase }) => phase)).toEqual(['began', 'ended']);
  });

  it('is alerted of the end of what began before', () => {
    const alerted = new Alerted();
    alerted.add(0, true, 0);
    alerted.board.actions.take({ kind: 'mute', name: 'pump', for: HOUR }, 1);
    for (let n = 1; n < 6; n++) alerted.add(n, false, n);
    expect(phases(alerted)).toEqual(['began 0', 'ended 0']);
  });

  it('has alerts in pairs, and none missing of what is open, whatever is muted and restarted when', () => {
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ flagged: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ for: fc.nat({ max: 20 }) }) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const alerted = new Alerted();
        alerted.add(0, false, 0);
        let until = 0;
        for (const [i, each] of steps.entries()) {
          const now = i + 1;
          if (each === 'restart') alerted.restart(now);
          else if ('flagged' in each) alerted.add(now, each.flagged, now);
          else {
            alerted.board.actions.take({ kind: 'mute', name: 'pump', for: each.for }, now);
            until = now + each.for;
          }
          alerted.tick(now);
          const { sent } = alerted;
          for (const [k, { phase }] of sent.entries()) expect(phase).toBe(k % 2 === 0 ? 'began' : 'ended');
          const isAlerted = sent.at(-1)?.phase === 'began';
          if (now >= until) expect(isAlerted).toBe(alerted.open);
          else if (isAlerted) expect(alerted.open).toBe(true);
        }
      }),
    );
  });

  it('is shown with its end and what was held back, until that is ended by hand', () => {
    const { board } = new Alerted();
    board.add(verdict(0, { key: undefined }), 0);
    const shown = (now: number) => {
      board.refresh(now);
      return (JSON.parse(board.since(board.start(undefined), now).update) as { mutes: unknown }).mutes;
    };
    expect(board.actions.take({ kind: 'mute', name: 'nobody', for: 5 }, 0)).toBeUndefined();
    board.actions.take({ kind: 'mute', name: null, for: HOUR }, 0);
    expect(shown(1)).toEqual([{ name: null, until: HOUR, held: 0 }]);
    board.actions.take({ kind: 'mute', name: null, for: 0 }, 2);
    board.actions.endMutes(2);
    expect(shown(2)).toEqual([]);
  });
});

describe('what people write about an incident', () => {
  it('is shown, and holds over a restart', () => {
    const alerted = new Alerted();
    alerted.add(0, true, 0);
    const { board } = alerted;
    expect(board.actions.take({ kind: 'acknowledge', incident: 0, on: true }, 1)).toEqual({ key: 'pump' });
    board.actions.take({ kind: 'note', incident: 0, text: '<b>valve</b>\n3' }, 1);
    expect(board.actions.take({ kind: 'note', incident: 7, text: '' }, 1)).toBeUndefined();
    alerted.restart(2);
    alerted.board.refresh(3);
    const page = alerted.board.since(alerted.board.start(undefined), 3);
    expect(JSON.parse(page.update)).toMatchObject({
      incidents: [{ acknowledged: true, note: '<b>valve</b>\n3' }],
    });
  });
});

describe('what a page sends', () => {
  it('is taken as it is, or not at all', () => {
    const id = fc.nat();
    const action = fc.oneof(
      fc.record({ kind: fc.constant('acknowledge'), incident: id, on: fc.boolean() }),
      fc.record({ kind: fc.constant('note'), incident: id, text: fc.string({ maxLength: 500 }) }),
      fc.record({
        kind: fc.constant('mute'),
        name: fc.option(fc.string()),
        for: fc.nat({ max: 7 * 24 * HOUR }),
      }),
    );
    fc.assert(
      fc.property(action, fc.string(), fc.json(), (sent, more, other) => {
        expect(parseAction(JSON.stringify({ ...sent, more }))).toEqual(sent);
        for (const text of [more, other, JSON.stringify(sent).slice(1)])
          expect([parseAction(text), parseFeedback(text)]).toEqual([undefined, undefined]);
      }),
    );
  });

  it.each([
    { kind: 'note', incident: 0, text: 'x'.repeat(501) },
    { kind: 'mute', name: 'a', for: 7 * 24 * HOUR + 1 },
    { kind: 'mute', name: 'a', for: -1 },
    { kind: 'mute', name: 3, for: 1 },
    { kind: 'acknowledge', incident: 0.5, on: true },
    { kind: 'acknowledge', incident: 0 },
  ])('is refused: %j', (sent) => {
    expect(parseAction(JSON.stringify(sent))).toBeUndefined();
  });
});
