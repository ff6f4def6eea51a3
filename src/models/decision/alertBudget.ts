import { optionChecks } from '../../core/options.ts';

/** What alerts cost. */
export interface AlertBudgetOptions {
  /** By how much an alert raises the evidence that the next one needs, as a share of the threshold's. @default 0.08 */
  readonly rise?: number;
  /** Events after which a rise has worn off to 1/e. @default 500 */
  readonly memory?: number;
}

/**
 * Alerts make alerts dearer: each raises the evidence that an incident needs in order to open, and the rise wears off
 * exponentially. A stream that keeps crying wolf has to cry louder, and one that was quiet is heard at once. The
 * refractory threshold of a spiking neuron (Gerstner & Kistler 2002), for alerts.
 */
export class AlertBudget {
  /** The rise there is, as a share of the threshold's evidence. */
  readonly state: Float64Array = new Float64Array(1);
  readonly #rise: number;
  readonly #keep: number;

  constructor({ rise, memory }: Required<AlertBudgetOptions>) {
    this.#rise = rise;
    this.#keep = Math.exp(-1 / memory);
  }

  /** Times the threshold's evidence that an alert needs now, 1 or more. */
  get price(): number {
    return 1 + this.state[0];
  }

  /** Takes in an event. */
  learn(alerted: boolean): void {
    this.state[0] = this.#keep * this.state[0] + (alerted ? this.#rise : 0);
  }
}

/** Fills in the defaults; false for no budget. @throws RxAnomalyError BAD_OPTION */
export function resolveBudget(
  where: string,
  budget: boolean | AlertBudgetOptions,
): false | Required<AlertBudgetOptions> {
  if (budget === false) return false;
  const options = budget === true ? {} : budget;
  const check = optionChecks(`${where}: budget`);
  check.known(options, ['rise', 'memory']);
  return {
    rise: check.positive('rise', options.rise ?? 0.08),
    memory: check.positive('memory', options.memory ?? 500),
  };
}
