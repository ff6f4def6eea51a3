import { crc32 as zlib } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32, slicedCrc32 } from '../../../src/models/snapshot/crc32.ts';

it.each([crc32, slicedCrc32])('$name is the CRC-32 of everybody', (own) => {
  expect(own(new TextEncoder().encode('123456789'))).toBe(0xcbf43926); // the check value of the standard
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(own(bytes)).toBe(zlib(bytes));
    }),
  );
});
