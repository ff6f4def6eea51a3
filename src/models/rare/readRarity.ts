import type { Rarity } from '../../core/reading.ts';
import { count, fields, number, oneOf, type State, text } from '../snapshot/state.ts';

/** How rare a category was, as JSON has it. @throws RxAnomalyError BAD_SNAPSHOT */
export function readRarity(state: State): Rarity {
  const saved = fields(
    state,
    ['category', 'kind', 'chance', 'count', 'of', 'categories', 'forgotten'],
    ['hours'],
  );
  return {
    category: text('category', saved.category),
    kind: oneOf('kind', saved.kind, ['new', 'rare', 'hours']),
    chance: number('chance', saved.chance, 0, 1),
    count: count('count', saved.count),
    of: count('of', saved.of),
    ...(saved.hours === undefined ? {} : { hours: readHours(saved.hours) }),
    categories: count('categories', saved.categories),
    forgotten: count('forgotten', saved.forgotten),
  };
}

function readHours(state: State): NonNullable<Rarity['hours']> {
  const saved = fields(state, ['from', 'to', 'timeZone', 'count', 'of']);
  return {
    from: count('from', saved.from, 0, 24),
    to: count('to', saved.to, 0, 24),
    timeZone: text('timeZone', saved.timeZone),
    count: count('count', saved.count),
    of: count('of', saved.of),
  };
}
