import { describe, expect, it } from 'vitest';
import { configSchema } from '../schemas/configSchema.ts';
import { configuredCommands } from '../schemas/configuredCommands.ts';
import { OUTPUTS } from '../schemas/outputSchemas.ts';
import { ROOT } from './sourceFiles.ts';

/** JSON with a line for each entry of the first two levels. */
function written(schema: object): string {
  const lines = (fields: object, indent: string): string =>
    Object.entries(fields)
      .map(([name, value]) => `${indent}${JSON.stringify(name)}: ${shown(name, value, indent)}`)
      .join(',\n');
  const shown = (name: string, value: unknown, indent: string): string =>
    name === 'properties' && indent === '  '
      ? `{\n${lines(value as object, '    ')}\n${indent}}`
      : JSON.stringify(value);
  return `{\n${lines(schema, '  ')}\n}\n`;
}

/** `npm run docs:options` writes the files. */
describe('the schemas of the package', () => {
  it('have the options of the commands', async () => {
    await expect(written(configSchema(configuredCommands()))).toMatchFileSnapshot(
      `${ROOT}src/schemas/config.json`,
    );
  });

  it.each(Object.entries(OUTPUTS))('have the fields of what is reported: %s', async (name, schema) => {
    await expect(written(schema)).toMatchFileSnapshot(`${ROOT}src/schemas/${name}.json`);
  });
});
