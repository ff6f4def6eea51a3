import { hash } from 'node:crypto';

/** Longest name that goes into a file's as it is: most file systems end at 255, of which endings take some. */
const LONGEST = 100;

/**
 * A name as a file name: itself where it is plain, otherwise its plain part with a hash. Two names never share a
 * file, not even on a file system that does not distinguish `A` and `a`.
 */
export function fileNameOf(name: string): string {
  if (name.length <= LONGEST && /^[a-z0-9][a-z0-9_.-]*$/.test(name)) return name;
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9_.-]+/g, '-');
  return `${plain.slice(0, LONGEST).replace(/^[^a-z0-9]+/, '')}~${hash('sha256', name, 'hex').slice(0, 32)}`;
}
