import { expect, it } from 'vitest';
import { counted } from '../../src/cli/text/formatText.ts';

it.each([
  [0, 'entry', 'no entries'],
  [1, 'entry', '1 entry'],
  [1234, 'entry', '1,234 entries'],
  [2, 'key', '2 keys'],
  [0, 'data point', 'no data points'],
])('%d of %s are %s', (count, noun, text) => expect(counted(count, noun)).toBe(text));
