import { fileURLToPath } from 'node:url';

/** The folder of streams that the package ships, which lies two folders up from the source and from the compiled file alike. */
export const FIXTURES: string = fileURLToPath(new URL('../../fixtures/', import.meta.url));
