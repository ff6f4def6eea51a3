import { formatOdds } from '../charts/formatOdds.ts';
import type { Rarity } from '../core/reading.ts';

const LONGEST = 120; // characters of a category

/** What is rare about a category, without a full stop. */
export function rareInWords({ kind, category, chance, count, of, hours, forgotten }: Rarity): string {
  const name = `“${category.length > LONGEST ? `${category.slice(0, LONGEST)}…` : category}”`;
  const events = `${number(of)} events ${forgotten > 0 ? 'remembered' : 'before'}`;
  const odds = `${formatOdds(-Math.log10(chance))} events is as rare or rarer`;
  if (kind === 'new') return `New: ${name} is none of the ${events}; ${odds}`;
  if (kind === 'rare' || hours === undefined)
    return `Rare: ${name} is ${number(count)} of the ${events}; ${odds}`;
  const from = `${hours.from}:00`;
  const to = `${hours.to}:00 ${hours.timeZone}`;
  const then = hours.count === 0 ? 'none' : number(hours.count);
  return `Unusual for the time of day: ${name} is ${number(count)} of the ${events}, and ${then} of the ${number(hours.of)} between ${from} and ${to}; ${odds}`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
