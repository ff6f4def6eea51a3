import { editDistance } from '../../../core/editDistance.ts';

/** The names most like `name`, best first; those that differ in case or by a part of it come before the others. */
export function nearestNames(name: string, names: readonly string[], count = 3): string[] {
  const wanted = name.toLowerCase();
  const distanceOf = (other: string): number => {
    const known = other.toLowerCase();
    const isPart =
      wanted.length > 2 && known.length > 2 && (known.includes(wanted) || wanted.includes(known));
    return isPart ? 0 : editDistance(wanted, known);
  };
  return names
    .map((other) => ({ other, score: distanceOf(other) }))
    .sort((a, b) => a.score - b.score || (a.other < b.other ? -1 : 1))
    .slice(0, count)
    .map(({ other }) => other);
}
