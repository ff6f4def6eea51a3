/** Markup that may go into a page as it is. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What {@link html} takes between its pieces; undefined and false leave nothing. */
export type HtmlPart = string | number | undefined | false | Html | readonly Html[];

/** Template tag: the literal pieces are markup, everything put between them is text unless it is {@link Html}. */
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
 * JSON that can stand inside a script element: `<` could open `</script>` or `<!--`, and U+2028 and U+2029 end
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
