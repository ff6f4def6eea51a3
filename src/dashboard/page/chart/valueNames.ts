import { find, setText } from '../dom.ts';

/** What values and forecasts are called above the chart: measurements, or how rare the category of an event is. */
export function nameValues(section: Element, isRare: boolean): void {
  const [caption, ...names] = isRare
    ? ['How rare: 1 in so many events is as rare or rarer', 'Rarity', 'Usual']
    : ['Value, forecast and its 95 % band', 'Value', 'Expected'];
  setText(find('.of-values', section), caption!);
  for (const [i, field] of ['value', 'expected'].entries())
    setText(find(`.readout dt:has(+ .${field})`, section), names[i]!);
}
