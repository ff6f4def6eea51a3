/** Markup that may be inserted into a page without escaping. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Values that {@link html} accepts; undefined and false print nothing. */
export type HtmlPart = string | number | undefined | false | Html | readonly Html[];

/** Template tag: the literal parts are markup, every value is text unless it is {@link Html}. */
export function html(segments: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let markup = segments[0]!;
  parts.forEach((part, i) => {
    markup += markupOf(part) + segments[i + 1]!;
  });
  return new Html(markup);
}

function markupOf(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map((one) => one.markup).join('');
  return escapeHtml(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * JSON for a script element: `<` could open `</script>` or `<!--`, and U+2028 and U+2029 end
 * lines in older JavaScript.
 */
export function jsonForScript(value: unknown): Html {
  return new Html(
    JSON.stringify(value).replace(
      /[<\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/** Two decimals; `–` for what is not defined. */
export function formatRatio(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}
