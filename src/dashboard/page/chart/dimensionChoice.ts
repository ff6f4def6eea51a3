import { find, make } from '../dom.ts';

/** Offers the dimensions of a stream, where it has several. */
export function offerDimensions(names: readonly string[]): void {
  find<HTMLSelectElement>('select.dimension').replaceChildren(
    ...names.map((name, d) => {
      const option = make('option', '', name);
      option.value = String(d);
      return option;
    }),
  );
  find('.of').hidden = names.length === 1;
}
