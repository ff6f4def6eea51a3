import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of the checkout, ending in a slash. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const NOT_OURS = /(^|\/)(node_modules|dist|\.git)\//;
/** Stands in for a module that the build writes, until it has. */
const STAND_IN = /(^|\/)wasm\/built\/.*\.d\.ts$/;
/** AssemblyScript: looks like TypeScript and is another language. */
const NOT_TYPESCRIPT = /(^|\/)wasm\/kernel\/.*\.ts$/;

/**
 * The files of a folder of the checkout and all below it, with their text, by their path in it, with forward slashes.
 * What was installed or built is left out.
 */
export function readFolder(folder: string, extension: string): Map<string, string> {
  const paths = readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(extension))
    .filter((path) => ![NOT_OURS, STAND_IN, NOT_TYPESCRIPT].some((excluded) => excluded.test(path)))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(`${ROOT}${folder}/${path}`, 'utf8')]));
}
