import { find, make } from '../dom.ts';

/** Offers the dimensions of a stream, where it has several. */
export function offerDimensions(names: readonly string[]): void {
  find<HTMLSelectElement>('select.dimension').replaceChildren(...dimensionOptions(names));
  find('.of').hidden = names.length === 1;
}

/** The options of a choice of dimension; the value of each is its number. */
export function dimensionOptions(names: readonly string[]): HTMLOptionElement[] {
  return names.map((name, d) => {
    const option = make('option', '', name);
    option.value = String(d);
    return option;
  });
}
