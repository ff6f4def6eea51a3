/** Two decimals; `–` for what is not defined. */
export function formatRatio(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}
