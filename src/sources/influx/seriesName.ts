/** `host=a,region=eu`: tags as one name, in their order; the same for the same tags, another for others. */
export function seriesName(tags: Readonly<Record<string, string>>): string {
  return Object.keys(tags)
    .sort()
    .map((name) => `${escaped(name)}=${escaped(tags[name]!)}`)
    .join(',');
}

function escaped(text: string): string {
  return text.replace(/[\\,=#]/g, '\\$&');
}
