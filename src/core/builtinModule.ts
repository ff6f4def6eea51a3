import { RxAnomalyError } from './errors.ts';

/**
 * A module of Node's, such as `node:fs`, asked for when it is needed: an import would keep what uses it out of browsers, even
 * where it is not called. Bun and Deno have them too.
 *
 * @throws RxAnomalyError NO_NODE in a browser
 */
export const builtinModule: typeof process.getBuiltinModule = (name: string) => {
  if (typeof process !== 'undefined' && 'getBuiltinModule' in process) return process.getBuiltinModule(name);
  throw new RxAnomalyError(
    'NO_NODE',
    `expected Node (or Bun, or Deno), which has ${name}; got a runtime without it`,
  );
};
