import { createRequire } from 'node:module';

/** The version in package.json, which lies two folders up from the source and from the compiled file alike. */
export const VERSION: string = (createRequire(import.meta.url)('../../package.json') as { version: string })
  .version;
