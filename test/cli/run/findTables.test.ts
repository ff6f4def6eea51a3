import { expect, it } from 'vitest';
import { findTables } from '../../../src/cli/run/table/findTables.ts';

it('says of standard input why it is no table here', async () => {
  await expect(findTables('-')).rejects.toThrow('-: standard input cannot be read here: save it to a file');
  await expect(findTables('absent.csv')).rejects.toThrow('absent.csv: no such file or folder');
});
