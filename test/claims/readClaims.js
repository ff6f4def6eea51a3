/**
 * A figure of the README.
 *
 * @typedef {object} Figure
 * @property {string} text as it is written
 * @property {number} value
 * @property {number} drift the most that a measurement may differ from it
 */

/**
 * A row of the README's table of claims.
 *
 * @typedef {object} Claim
 * @property {string} name first column
 * @property {readonly Figure[]} figures second column
 * @property {string} command third column
 */

const HEAD = '| claim | figure | command |';
const NUMBER = String.raw`\d[\d,]*(?:\.\d+)?`;

/**
 * The table of claims in a document. A figure may differ by what follows its ±, a number or a percentage, and otherwise by
 * what rounding takes.
 *
 * @param {string} text Markdown
 * @returns {Claim[]}
 */
export function readClaims(text) {
  const lines = text.split('\n');
  const head = lines.indexOf(HEAD);
  if (head < 0) throw new Error(`no table of claims: no line is ${HEAD}`);
  const end = lines.findIndex((line, n) => n > head && !line.startsWith('|'));
  const rows = lines.slice(head + 2, end < 0 ? undefined : end);
  if (rows.length === 0) throw new Error('the table of claims has no rows');
  return rows.map((row) => {
    const [, name, figures, command] = /^\| (.+?) \| (.+?) \| `([^`]+)` \|$/.exec(row) ?? [];
    if (name === undefined) throw new Error(`not a row of claim, figure and command: ${row}`);
    return { name, figures: readFigures(figures), command };
  });
}

/** @param {string} text such as "78.1 ± 1.1, 72.2" or "1.4 ± 20 %"; words between figures do not count */
export function readFigures(text) {
  const figures = [...text.matchAll(new RegExp(`(${NUMBER})(?: ± (${NUMBER})( %)?)?`, 'g'))].map(
    ([all, number, spread, percent]) => {
      const value = toNumber(number);
      const decimals = number.split('.')[1]?.length ?? 0;
      const rounding = 0.5 * 10 ** -decimals;
      const allowed =
        spread === undefined ? 0 : percent ? (value * toNumber(spread)) / 100 : toNumber(spread);
      return { text: all, value, drift: Math.max(rounding, allowed) * (1 + 1e-9) };
    },
  );
  if (figures.length === 0) throw new Error(`no figure in "${text}"`);
  return figures;
}

/** @param {string} text */
export function toNumber(text) {
  return Number(text.replaceAll(',', ''));
}

/**
 * Whether what was measured is what is claimed.
 *
 * @param {Claim} claim
 * @param {readonly number[]} measured
 */
export function holds({ figures }, measured) {
  return (
    measured.length === figures.length &&
    figures.every(({ value, drift }, n) => Math.abs(measured[n] - value) <= drift)
  );
}
