import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, jsonForScript } from '../../../src/backtest/report/html.ts';

describe('html', () => {
  it('leaves no character with a meaning in text or in a quoted attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>&"\'`;#a\0') }), (text) => {
        const { markup } = html`${text}`;
        expect(markup).not.toMatch(/[<>"']/);
        expect(markup.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
  });

  it('loses nothing of the text', () => {
    expect(html`<b>${`a<b>&"c'`}</b>`.markup).toBe('<b>a&lt;b&gt;&amp;&quot;c&#39;</b>');
  });

  it('takes markup of its own making as markup, one or many', () => {
    expect(html`<ul>${['a', '<'].map((text) => html`<li>${text}</li>`)}</ul>`.markup).toBe(
      '<ul><li>a</li><li>&lt;</li></ul>',
    );
  });

  it('shows 0 and leaves out undefined and false', () => {
    expect(html`${0}${undefined}${false}`.markup).toBe('0');
  });
});

describe('jsonForScript', () => {
  it('cannot close its script element, and reads back the same', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('</script>', '<!--', '\u2028', '\u2029'),
    );
    fc.assert(
      fc.property(fc.array(anything), (value) => {
        const { markup } = jsonForScript(value);
        expect(markup).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(markup)).toEqual(value);
      }),
    );
  });
});
