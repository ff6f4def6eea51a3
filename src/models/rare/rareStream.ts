import { localTime } from '../../core/calendar.ts';
import { log10 } from '../../core/math/log.ts';
import type { RareVerdict, Rarity } from '../../core/reading.ts';
import { type Suppression, suppressed } from '../decision/suppression.ts';
import { Threshold } from '../decision/threshold.ts';
import { crc32 } from '../snapshot/crc32.ts';
import { nest, nestedSnapshot } from '../snapshot/snapshot.ts';
import { badSnapshot, count, fields, list, type State, text } from '../snapshot/state.ts';
import { COUNT, packFloats, unpackFloats } from '../snapshot/vectors.ts';
import { EventBag, PARTS } from './eventBag.ts';
import { atLeast } from './leastSeverity.ts';
import { LogTemplates } from './logTemplates.ts';
import type { ResolvedRare } from './rareOptions.ts';

const DECADES = 3; // −log10 of the chance that has the score 0.5
const DAY = 86_400_000; // ms
const HOURS = 24 / PARTS;
const LONGEST = 200; // characters of a category
const CLIPPED = 180;
const MOST_REPEATED = 10_000; // categories that were flagged
/** In the place of a rule's name: the category was flagged before. */
const REPEATED = 'repeated';

// Of −log10 of a chance that is uniform from 0 to 1: its median and its 95th percentile.
const USUAL = 0.3010299956639812;
const HIGH = 1.3010299956639813;

/** The categories of one stream: how often each occurred, and in which part of the day. */
export class RareStream<E> {
  readonly key: string | undefined;
  readonly #options: ResolvedRare<E>;
  readonly #suppression: Suppression | undefined;
  readonly #clock: (time: number) => number;
  readonly #templates: LogTemplates | undefined;
  readonly #bag: EventBag;
  readonly #threshold: Threshold;
  readonly #flagged: Map<string, number> = new Map(); // when, in events; the earliest first
  #events = 0;
  isWarmingUp = true;

  constructor(key: string | undefined, options: ResolvedRare<E>, suppression: Suppression | undefined) {
    this.key = key;
    this.#options = options;
    this.#suppression = suppression;
    this.#clock = localTime(options.timeZone);
    const { memory, maxValues } = options;
    if (options.template)
      this.#templates = new LogTemplates((from, to) => this.#bag.merge(`${from}`, `${to}`));
    this.#bag = new EventBag(memory, maxValues, (id) => this.#templates?.forget(Number(id)));
    this.#threshold = new Threshold(options.threshold);
  }

  /** @param level of the event, see `DetectRareOptions.level` */
  process(event: E, value: string, time: number | undefined, level?: string): RareVerdict<E> {
    const id = this.#templates === undefined ? clipped(value) : `${this.#templates.add(value)}`;
    const part = time === undefined || !this.#options.timeOfDay ? undefined : this.#partOf(time);
    const rarity = this.#rarityOf(id, part);
    const score = scoreOf(rarity.chance);
    const flag = this.#threshold.decide(score);
    // Twice for the two comparisons of an event with a time.
    const least = (part === undefined ? 1 : 2) / (rarity.of + 1);
    this.isWarmingUp = scoreOf(least) < this.#options.threshold.threshold;
    const surprise = 0 - log10(rarity.chance); // 0 and not −0 of what is certain
    // One literal: spreads of others would take most of the time.
    const verdict: RareVerdict<E> = {
      event,
      time,
      key: this.key,
      value: surprise,
      imputed: false,
      expected: USUAL,
      lower: 0,
      upper: HIGH,
      residual: surprise - USUAL,
      attribution: 1,
      score,
      isAnomaly: flag.isAnomaly,
      severity: atLeast(flag.severity, level),
      warmingUp: this.isWarmingUp,
      startOfIncident: flag.startOfIncident,
      rarity,
    };
    const found = flag.isAnomaly
      ? { ...verdict, evidence: { channel: rarity.kind, dimension: 0, rarity } }
      : verdict;
    const rule = flag.isAnomaly ? this.#ruleFor(found, id) : undefined;
    const decided = rule === undefined ? found : (suppressed(found, rule) as RareVerdict<E>);
    this.#threshold.learn(decided, score);
    if (decided.isAnomaly) this.#remember(id);
    this.#bag.add(id, part);
    this.#events++;
    return decided;
  }

  save(): State {
    return {
      bag: this.#bag.save(),
      templates: this.#templates?.save() ?? null,
      threshold: nest(this.#threshold.snapshot()),
      events: this.#events,
      flagged: [...this.#flagged.keys()],
      flaggedAt: packFloats([...this.#flagged.values()]),
    };
  }

  /** Takes back what `save` gave; when it throws, the stream is of no more use. @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State | undefined): void {
    const names = ['bag', 'templates', 'threshold', 'events', 'flagged', 'flaggedAt'] as const;
    const state = fields(saved, names);
    this.#bag.resume(state.bag);
    if ((state.templates === null) !== (this.#templates === undefined))
      throw badSnapshot('snapshot: the templates of lines are missing, or there should be none');
    this.#templates?.resume(state.templates);
    this.#threshold.restore(nestedSnapshot(state.threshold));
    this.#events = count('events', state.events);
    const ids = list('flagged', state.flagged).map((id) => text('flagged', id));
    const at = unpackFloats(state.flaggedAt, ids.length, COUNT);
    for (let place = 0; place < ids.length; place++) this.#flagged.set(ids[place]!, at[place]!);
    this.isWarmingUp = false; // not known, and of an earlier run
  }

  #rarityOf(id: string, part: number | undefined): Rarity {
    const { categories, forgotten } = this.#bag;
    const all = this.#bag.known(id);
    const category = this.#templates?.textOf(Number(id)) ?? id;
    const kind = all.count === 0 ? 'new' : 'rare';
    if (part === undefined)
      return { category, kind, chance: all.chance, count: all.count, of: all.of, categories, forgotten };
    const { count, of, chance } = this.#bag.knownIn(part, id);
    return {
      category,
      kind: kind === 'rare' && chance < all.chance ? 'hours' : kind,
      // The chance that one of two comparisons is so extreme is at most twice that of each (Bonferroni).
      chance: Math.min(1, 2 * Math.min(all.chance, chance)),
      count: all.count,
      of: all.of,
      hours: { from: HOURS * part, to: HOURS * (part + 1), timeZone: this.#options.timeZone, count, of },
      categories,
      forgotten,
    };
  }

  #ruleFor(verdict: RareVerdict<E>, id: string): string | undefined {
    const rule = this.#suppression?.ruleFor(verdict);
    if (rule !== undefined || this.#threshold.open) return rule;
    const last = this.#flagged.get(id);
    return last !== undefined && this.#events - last < this.#options.repeat ? REPEATED : undefined;
  }

  #remember(id: string): void {
    this.#flagged.delete(id);
    this.#flagged.set(id, this.#events);
    for (const [each, at] of this.#flagged) {
      if (this.#events - at < this.#options.repeat && this.#flagged.size <= MOST_REPEATED) break;
      this.#flagged.delete(each);
    }
  }

  #partOf(time: number): number {
    const inDay = ((this.#clock(time) % DAY) + DAY) % DAY;
    return Math.floor((inDay * PARTS) / DAY);
  }
}

function scoreOf(chance: number): number {
  const odds = (0 - log10(chance)) / DECADES;
  return odds / (1 + odds);
}

/** Of long text the beginning, and a number that hardly any other has. */
function clipped(value: string): string {
  if (value.length <= LONGEST) return value;
  const bytes = new TextEncoder().encode(value);
  const marks = [crc32(bytes), crc32(bytes.reverse()), value.length].map((each) => each.toString(16));
  return `${value.slice(0, CLIPPED)}… ${marks.join('')}`;
}
