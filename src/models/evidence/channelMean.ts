import { pooledRoom } from '../../numerics/pooled.ts';
import type { Memory } from '../snapshot/vectors.ts';
import type { ChannelInput, EvidenceChannel, EvidenceParts, Tail } from './evidenceChannel.ts';
import type { LargestMoves } from './largestMoves.ts';
import { raised, rooted } from './means.ts';
import { newTail, priorSurprise } from './priorSurprise.ts';

const USUAL = 2.3; // decades: one value in two hundred is further out
const WORTH_A_LOOK = 1; // decades

/** The channels of one dimension, each as −log10 p in the tail of its own past, in a power mean. */
export class ChannelMean {
  readonly #specs: EvidenceParts['channels'];
  readonly #channels: readonly EvidenceChannel[];
  readonly #tails: readonly Tail[]; // of the channels
  // What each event needs of the specs, whose properties differ: to look those up takes longer.
  readonly #shares: Float64Array;
  readonly #isCautious: readonly boolean[];
  readonly #ofMoves: readonly boolean[];
  readonly #largestMoves: LargestMoves;
  /** What was found out about the newest observation: learning from it needs the same as scoring it. */
  readonly #statistics: Float64Array; // of the channels
  /** Of the surprise that is being worked out: fields are not allocated anew for each channel, as arguments may be. */
  #trust = Number.NaN;
  #limitOfMoves = Number.NaN;
  #value = Number.NaN;

  constructor({ channels, resolution }: EvidenceParts, largestMoves: LargestMoves) {
    this.#specs = channels;
    this.#largestMoves = largestMoves;
    this.#channels = channels.map(({ create }) => create());
    this.#tails = channels.map((channel) => newTail(channel, resolution));
    this.#statistics = pooledRoom(channels.length);
    this.#shares = Float64Array.from(channels, ({ share }) => share);
    this.#isCautious = channels.map(({ cautious = false }) => cautious);
    this.#ofMoves = channels.map(({ moves = false }) => moves);
  }

  /** Works out the statistics of an observation, from what came before. */
  look(input: ChannelInput): void {
    this.#value = input.observation.value[input.dimension];
    for (let c = 0; c < this.#channels.length; c++) this.#statistics[c] = this.#channels[c].statistic(input);
  }

  /**
   * In decades, after `look`. Pure.
   *
   * @param trust weight of the cautious channels' own tails; the rest is the prior's
   * @param limitOfMoves most that channels of how the value moves count, decades
   */
  surprise(trust: number, limitOfMoves: number): number {
    this.#trust = trust;
    this.#limitOfMoves = limitOfMoves;
    let sum = 0;
    let all = 0;
    let speaking = 0;
    for (let c = 0; c < this.#shares.length; c++) {
      const share = this.#shares[c];
      all += share;
      if (Number.isNaN(this.#statistics[c])) continue;
      speaking += share;
      sum += this.#term(c);
    }
    // The share of a channel that says nothing is the others': a forecaster of one horizon is not to be less alert.
    return speaking > 0 ? rooted((sum * all) / speaking) : 0;
  }

  /** The name of the channel with the largest part of `surprise`, and which way it points. Pure. */
  loudest(
    input: ChannelInput,
    trust: number,
    limitOfMoves: number,
  ): { readonly channel: string; readonly direction?: 1 | -1 } {
    this.#trust = trust;
    this.#limitOfMoves = limitOfMoves;
    let [loudest, most] = [0, -1];
    for (let c = 0; c < this.#specs.length; c++) {
      const term = this.#term(c);
      if (term > most) [loudest, most] = [c, term];
    }
    const channel = this.#specs[loudest].name;
    const direction = this.#channels[loudest].direction?.(input);
    return direction === undefined ? { channel } : { channel, direction };
  }

  /** How heavy the tails of values are, not of how they move. */
  get decay(): number {
    let decay = 0;
    for (let c = 0; c < this.#specs.length; c++)
      if (this.#isCautious[c] && !this.#ofMoves[c]) decay = Math.max(decay, this.#tails[c].decay ?? 0);
    return decay;
  }

  /** After `look` at the same. @param weight at 0 the current state is updated, but not what is learnt as normal */
  learn(input: ChannelInput, weight: number): void {
    for (let c = 0; c < this.#channels.length; c++) {
      const statistic = this.#statistics[c];
      if (weight > 0 && !Number.isNaN(statistic)) this.#tails[c].learn(statistic);
      this.#channels[c].learn(input, weight);
    }
  }

  /** Its whole state, by name. Call `refresh` after writing to it. */
  carried(): Memory {
    const carried: Record<string, Memory[string]> = {};
    for (const [c, { name }] of this.#specs.entries()) {
      carried[`${name}.tail`] = this.#tails[c].state;
      for (const [part, state] of Object.entries(this.#channels[c].carried()))
        carried[`${name}.${part}`] = state;
    }
    return carried;
  }

  /** Call after writing to the state. */
  refresh(): void {
    for (const tail of this.#tails) tail.refresh();
  }

  /** Lets the tails forget all but so many statistics' worth. @returns the names of the states of those that could */
  fade(kept: number): string[] {
    const faded: string[] = [];
    for (const [c, { name }] of this.#specs.entries()) {
      this.#tails[c].fade?.(kept);
      if (this.#tails[c].fade !== undefined) faded.push(`${name}.tail`);
    }
    return faded;
  }

  /** What a channel adds to the mean; 0 where it says nothing. */
  #term(c: number): number {
    const statistic = this.#statistics[c];
    if (Number.isNaN(statistic)) return 0;
    const moves = this.#ofMoves[c];
    const surprise = this.#isCautious[c] ? this.#surpriseOf(c, moves) : this.#tails[c].surprise(statistic);
    const bounded = Math.max(0, surprise);
    return this.#shares[c] * raised(moves ? Math.min(bounded, this.#limitOfMoves) : bounded);
  }

  /** Whether the value itself, not how it moved, is one of the usual ones. */
  #isUsual(): boolean {
    for (let c = 0; c < this.#shares.length; c++)
      if (this.#isCautious[c] && !this.#ofMoves[c] && this.#surpriseOf(c, false) > USUAL) return false;
    return true;
  }

  /**
   * Of a cautious channel.
   *
   * @param moves whether, while the value is usual, moves that the stream has made bound the prior, which knows nothing of them
   */
  #surpriseOf(channel: number, moves: boolean): number {
    const trust = this.#trust;
    const tail = this.#tails[channel];
    const statistic = this.#statistics[channel];
    const own = tail.surprise(statistic);
    if (trust === 1) return own;
    let believed = priorSurprise(tail, statistic, this.#specs[channel].exponent);
    if (moves && believed > WORTH_A_LOOK && this.#isUsual())
      believed = Math.min(believed, this.#largestMoves.surprise(this.#value));
    return trust * own + (1 - trust) * believed;
  }
}
