/** How a mean changes: at once, or by a slope that begins. */
export type Bend = 'step' | 'ramp';

/** A line with a bend, fitted by least squares. */
export interface Fit {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Sum of the squared errors. */
  readonly squares: number;
  /** Of the line before the bend, per event. */
  readonly slope: number;
  /** Height of the step, or what the slope changes by. */
  readonly change: number;
}

/**
 * The line with a bend that fits best, over all places of the bend. By the part of the bend that no line has (Frisch & Waugh 1933), so
 * that a place costs constant time.
 *
 * @param y (N) values
 * @param first the first place of the bend that is tried, and the last
 */
export function fitBend(y: Float64Array, bend: Bend, first: number, last: number): Fit {
  const n = y.length;
  const middle = (n - 1) / 2;
  const spread = (n * (n * n - 1)) / 12; // Σ (t − middle)²
  let [mean, slope] = [0, 0];
  for (let t = 0; t < n; t++) mean += y[t] / n;
  for (let t = 0; t < n; t++) slope += ((t - middle) * (y[t] - mean)) / spread;
  const rest = new Float64Array(n); // without its line
  let squares = 0;
  for (let t = 0; t < n; t++) {
    rest[t] = y[t] - mean - slope * (t - middle);
    squares += rest[t] * rest[t];
  }
  let best: Fit = { at: first, squares, slope, change: 0 };
  let [sum, moment] = [0, 0]; // of the rest from `at` on: Σ rest, Σ t · rest
  for (let at = n - 1; at >= first; at--) {
    sum += rest[at];
    moment += at * rest[at];
    if (at > last) continue;
    const k = n - at;
    const isStep = bend === 'step';
    // Of the bend h: Σ h, Σ h (t − middle), Σ h², Σ h · rest. A ramp is 1 at its first event.
    const base = at - 1;
    const total = isStep ? k : (k * (k + 1)) / 2;
    const second = isStep ? k : (k * (k + 1) * (2 * k + 1)) / 6;
    const along = isStep ? k * ((at + n - 1) / 2 - middle) : second + total * (base - middle);
    const own = second - (total * total) / n - (along * along) / spread;
    if (own <= 1e-9 * second) continue;
    const product = isStep ? sum : moment - base * sum;
    const left = squares - (product * product) / own;
    if (left >= best.squares) continue;
    const change = product / own;
    best = { at, squares: Math.max(0, left), slope: slope - (change * along) / spread, change };
  }
  return best;
}

/**
 * Sum of the squared errors of the polynomial that fits best: what a slow cycle leaves. By orthogonal polynomials over the places (Forsythe
 * 1957).
 */
export function squaresOfCurve(y: Float64Array, degree: number): number {
  const n = y.length;
  let rest = y.slice();
  let before = new Float64Array(n);
  let now = new Float64Array(n).fill(1);
  let energyBefore = 1;
  for (let k = 0; k <= degree; k++) {
    let [energy, along, place] = [0, 0, 0];
    for (let t = 0; t < n; t++) {
      energy += now[t] * now[t];
      along += now[t] * rest[t];
      place += (t / n) * now[t] * now[t];
    }
    const [share, middle, kept] = [along / energy, place / energy, k === 0 ? 0 : energy / energyBefore];
    const [current, earlier] = [now, before];
    rest = rest.map((value, t) => value - share * current[t]);
    now = current.map((value, t) => (t / n - middle) * value - kept * earlier[t]);
    before = current;
    energyBefore = energy;
  }
  return rest.reduce((sum, value) => sum + value * value, 0);
}
