import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LINE, type TextLine, textLines } from '../../../src/sources/log/textLines.ts';

async function read(chunks: readonly Uint8Array[]): Promise<TextLine[]> {
  async function* all() {
    yield* chunks;
  }
  const lines: TextLine[] = [];
  for await (const some of textLines(all())) lines.push(...some);
  return lines;
}

/** Cut in two or more at these places. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, k) => bytes.subarray(at[k], end));
}

describe('textLines', () => {
  it('gives the same lines however the bytes are cut', async () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat(500), { maxLength: 5 }),
        async (texts, end, places) => {
          const bytes = Buffer.from(texts.map((text) => `${text}${end}`).join(''));
          const found = await read(cutAt(bytes, places));
          expect(found).toEqual(
            texts.map((text, k) => ({ number: k + 1, text, isOther: false, cut: 0, isOpen: false })),
          );
        },
      ),
    );
  });

  it('loses no line of any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(300), { maxLength: 4 }),
        async (bytes, places) => {
          const buffer = Buffer.from(bytes);
          const found = await read(cutAt(buffer, places));
          const breaks = buffer.filter((byte) => byte === 10).length;
          const isOpen = buffer.length > 0 && buffer.at(-1) !== 10;
          expect(found.findIndex((line) => line.isOpen)).toBe(isOpen ? found.length - 1 : -1);
          expect(found.map(({ number }) => number)).toEqual(
            Array.from({ length: breaks + (isOpen ? 1 : 0) }, (_, k) => k + 1),
          );
        },
      ),
    );
  });

  it('reads a line that is not UTF-8 as Windows-1252, and others as they are', async () => {
    const bytes = Buffer.concat([Buffer.from('Größe\n'), Buffer.from([0x47, 0xf6, 0x0a]), Buffer.from('ö')]);
    expect((await read([bytes])).map(({ text, isOther }) => [text, isOther])).toEqual([
      ['Größe', false],
      ['Gö', true],
      ['ö', false],
    ]);
  });

  it('keeps the beginning of a line that is too long, and goes on after it', async () => {
    const long = 'ä'.repeat(LONGEST_LINE);
    const found = await read(cutAt(Buffer.from(`${long}\nnext\n`), [70_000, 100_000, 131_071]));
    expect(found.map(({ text }) => text.length)).toEqual([LONGEST_LINE / 2 - 1, 4]);
    expect(found[0]).toMatchObject({ isOther: false, cut: LONGEST_LINE });
    expect(found[1]).toEqual({ number: 2, text: 'next', isOther: false, cut: 0, isOpen: false });
  });
});
