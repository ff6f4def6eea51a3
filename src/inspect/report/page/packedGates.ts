/** What the page knows of the gates: the JSON next to their picture. */
export interface PackedGates {
  /** Records per column, the last perhaps of fewer. */
  readonly width: number;
  readonly columns: number;
  /** In the order on the page, from the top. */
  readonly units: readonly PackedUnit[];
  readonly fields: readonly PackedField[];
}

export interface PackedUnit {
  readonly name: string;
  /** Its index among the values of a column. */
  readonly at: number;
  /** Events; null for a unit that forgets nothing. */
  readonly halfLife: number | null;
}

/** (columns, units) bytes from `low`, 0, to `high`, 255. */
export interface PackedField {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly base64: string;
}

/** Sizes of the gradient by lag from 0, per layer. */
export interface PackedFlow {
  readonly layers: readonly { readonly direct: readonly number[]; readonly measured: readonly number[] }[];
}
