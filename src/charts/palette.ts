/** The colours of the style sheet that the canvas needs: they change with the theme. */
export interface Palette {
  readonly value: string;
  readonly expected: string;
  readonly band: string;
  readonly score: string;
  readonly scoreFill: string;
  readonly threshold: string;
  readonly label: string;
  readonly labelEdge: string;
  readonly change: string;
  readonly grid: string;
  readonly text: string;
  readonly surface: string;
  /** By severity, low to critical. */
  readonly incidents: readonly string[];
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    value: color('value'),
    expected: color('expected'),
    band: color('band'),
    score: color('score'),
    scoreFill: color('score-fill'),
    threshold: color('threshold'),
    label: color('label'),
    labelEdge: color('label-edge'),
    change: color('change'),
    grid: color('grid'),
    text: color('muted'),
    surface: color('surface'),
    incidents: ['low', 'medium', 'high', 'critical'].map(color),
  };
}
