/** One measure, in the form that Prometheus reads. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** The value, or one for each set of labels. */
  readonly values: number | readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** The text of `/metrics`: exposition format 0.0.4. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, type, help, values }) => {
      const lines = typeof values === 'number' ? [[{}, values] as const] : values;
      const samples = lines.map(([labels, value]) => `${name}${labelsText(labels)} ${number(value)}\n`);
      return `# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}\n# TYPE ${name} ${type}\n${samples.join('')}`;
    })
    .join('');
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\\n"]/g, escaped)}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value === Infinity ? '+Inf' : String(value).replace('Infinity', 'Inf');
}
