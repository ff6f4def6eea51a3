import { JointChannel } from './jointChannel.ts';
import { Whitening } from './whitening.ts';

/** Averaging lengths of the channels, in observations, and how much each counts. Shares sum to 1. */
const CHANNELS = [
  { of: 'residual', length: 3, share: 0.25 },
  { of: 'residual', length: 30, share: 0.25 },
  { of: 'deviation', length: 3, share: 0.25 },
  { of: 'deviation', length: 30, share: 0.25 },
] as const;
const YOUNG = 750; // records over which it comes to be believed, by 1 − 1/e

/**
 * The evidence that no dimension shows on its own: sensors that always moved together part, or many are a little off at
 * once. Residuals of the forecast, and deviations of the values from their season, are whitened by how they usually
 * move together; four channels watch their distance from the usual.
 */
export class JointEvidence {
  readonly #dimensions: number;
  readonly #norm: number;
  readonly #whitenings: { readonly residual: Whitening; readonly deviation: Whitening };
  readonly #channels: readonly JointChannel[];
  readonly #whitened: { readonly residual: Float64Array; readonly deviation: Float64Array }; // (D) each
  readonly #parts: Float64Array = new Float64Array(CHANNELS.length);

  /** @param norm degree of the power mean over the channels */
  constructor(dimensions: number, norm: number) {
    this.#dimensions = dimensions;
    this.#norm = norm;
    this.#whitenings = { residual: new Whitening(dimensions), deviation: new Whitening(dimensions) };
    this.#whitened = { residual: new Float64Array(dimensions), deviation: new Float64Array(dimensions) };
    this.#channels = CHANNELS.map(({ length }) => new JointChannel(dimensions, length));
  }

  /**
   * In decades of probability. Pure.
   *
   * @param residuals (D) standardised and squashed; NaN for what is missing
   * @param deviations (D) from the season, squashed; NaN for what is missing
   * @param seen observations before this one
   */
  surprise(residuals: Float64Array, deviations: Float64Array, seen: number): number {
    const judged = {
      residual: this.#whitenings.residual.applyInto(this.#whitened.residual, residuals),
      deviation: this.#whitenings.deviation.applyInto(this.#whitened.deviation, deviations),
    };
    let sum = 0;
    for (const [c, { of, share }] of CHANNELS.entries()) {
      this.#parts[c] = share * this.#channels[c].surprise(this.#whitened[of], judged[of]) ** this.#norm;
      sum += this.#parts[c];
    }
    return (1 - Math.exp(-seen / YOUNG)) * sum ** (1 / this.#norm);
  }

  /** Adds `evidence` to `out` (D), to each dimension that is there its share of the newest surprise. */
  attributeInto(out: number[], evidence: number, deviations: Float64Array): void {
    const shares = new Float64Array(this.#dimensions);
    let sum = 0;
    for (let d = 0; d < this.#dimensions; d++) {
      if (Number.isNaN(deviations[d])) continue;
      for (const [c, channel] of this.#channels.entries()) shares[d] += this.#parts[c] * channel.shareOf(d);
      sum += shares[d];
    }
    if (sum > 0) for (let d = 0; d < this.#dimensions; d++) out[d] += evidence * (shares[d] / sum);
  }

  learn(residuals: Float64Array, deviations: Float64Array): void {
    this.surprise(residuals, deviations, 0);
    for (const channel of this.#channels) channel.learn();
    this.#whitenings.residual.learn(residuals);
    this.#whitenings.deviation.learn(deviations);
  }

  carried(): Record<string, Float64Array> {
    const carried: Record<string, Float64Array> = {};
    const parts: Record<string, Whitening | JointChannel> = { ...this.#whitenings };
    for (const [c, channel] of this.#channels.entries()) parts[c] = channel;
    for (const [part, model] of Object.entries(parts)) {
      for (const [name, vector] of Object.entries(model.carried())) carried[`${part}.${name}`] = vector;
    }
    return carried;
  }

  refresh(): void {
    for (const channel of this.#channels) channel.refresh();
  }
}
