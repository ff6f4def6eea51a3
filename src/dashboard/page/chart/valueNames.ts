import { find, setText } from '../dom.ts';

const MEASURED = {
  caption: 'Value, forecast and its 95 % band',
  column: 'Value (expected)',
  readout: { value: 'Value', expected: 'Expected' },
  legend: { value: 'value', expected: 'forecast', band: '95 % band' },
};
const RARE = {
  caption: 'How rare: 1 in so many events is as rare or rarer',
  column: 'Rarity',
  readout: { value: 'Rarity', expected: 'Usual' },
  legend: { value: 'rarity', expected: 'usual', band: '95 % of events' },
};

/**
 * What values and forecasts are called around the chart and in the list of incidents: measurements, or how rare the category
 * of an event is. The band in the readout has its name with its numbers.
 */
export function nameValues(section: Element, isRare: boolean): void {
  const { caption, column, readout, legend } = isRare ? RARE : MEASURED;
  setText(find('.of-values', section), caption);
  setText(find('table.incidents .of-value'), column);
  for (const [field, name] of Object.entries(readout))
    setText(find(`.readout dt:has(+ .${field})`, section), name);
  for (const [field, name] of Object.entries(legend))
    find(`.legend .key.${field}`, section).nextSibling!.nodeValue = name;
}
