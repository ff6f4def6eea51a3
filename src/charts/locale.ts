/** How the numbers of reports are written, and of what runs in no page. */
const DEFAULT_LOCALE = 'en-US';

const formatsByLocale = new Map<string, Map<Intl.NumberFormatOptions, Intl.NumberFormat>>();

/**
 * Writes numbers by the habits of the page's readers: of `data-locale` of its root.
 *
 * @param options a constant: formats are kept by it
 */
export function localeFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = pageLocale();
  const formats = formatsByLocale.get(locale) ?? new Map<Intl.NumberFormatOptions, Intl.NumberFormat>();
  formatsByLocale.set(locale, formats);
  const format = formats.get(options) ?? new Intl.NumberFormat(locale, options);
  formats.set(options, format);
  return format;
}

/** The language of the page by whose habits numbers are written. */
export function pageLocale(): string {
  return typeof document === 'undefined'
    ? DEFAULT_LOCALE
    : (document.documentElement.dataset.locale ?? DEFAULT_LOCALE);
}
