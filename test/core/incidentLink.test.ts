import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentLink } from '../../src/core/incidentLink.ts';

const PAGE = 'https://ops.example.org/anomalies/';
const AT = 1_700_000_000_000;

describe('incidentLink', () => {
  it('names stream and start, and shows ten minutes around', () => {
    expect(incidentLink(PAGE, { key: 'hall 1/pump-7', start: AT, end: AT + 1000 })).toBe(
      `${PAGE}#stream=hall%201%2Fpump-7&incident=${AT}&from=${AT - 600_000}&to=${AT + 601_000}`,
    );
  });

  it('shows a long incident with as much time around', () => {
    const day = 86_400_000;
    const link = incidentLink(PAGE, { key: undefined, start: AT, end: AT + day });
    expect(link).toBe(`${PAGE}#incident=${AT}&from=${AT - day}&to=${AT + 2 * day}`);
  });

  it('shows all of a group', () => {
    const first = { key: 'a', start: AT, end: AT };
    const group = [first, { key: 'b', start: AT + 60_000, end: AT + 300_000 }];
    const link = incidentLink(PAGE, first, group);
    expect(link).toContain(`&from=${AT - 600_000}&to=${AT + 900_000}`);
  });

  it('has the stream alone where there are no times, and nothing where there is no stream', () => {
    expect(incidentLink(PAGE, { key: 'a', start: undefined, end: undefined })).toBe(`${PAGE}#stream=a`);
    expect(incidentLink(PAGE, { key: undefined, start: undefined, end: undefined })).toBe(PAGE);
  });

  it('keeps what else is in the address, but for what is behind a #', () => {
    expect(incidentLink('http://h/x?y=1#z', { key: 'a', start: undefined, end: undefined })).toBe(
      'http://h/x?y=1#stream=a',
    );
  });

  it('has every key as one part of the address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (key) => {
        const link = incidentLink(PAGE, { key, start: AT + 0.5, end: AT });
        expect(URL.canParse(link)).toBe(true);
        const parts = new URLSearchParams(new URL(link).hash.slice(1));
        expect(parts.get('stream')).toBe(key);
        expect([...parts.keys()]).toEqual(['stream', 'incident', 'from', 'to']);
      }),
    );
    expect(incidentLink(PAGE, { key: 'a\ud800', start: undefined, end: undefined })).toContain('a%EF%BF%BD');
  });
});
