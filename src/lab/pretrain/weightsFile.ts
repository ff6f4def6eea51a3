import { toHalfFloats } from '../../models/pretrained/halfFloats.ts';
import type { PretrainedModule, PretrainedShape } from '../../models/pretrained/pretrainedNetwork.ts';

/** A trained network as the package embeds it. */
export function moduleOf({ cell, hidden }: PretrainedShape, parameters: Float64Array): PretrainedModule {
  return { cell, hidden, weights: toHalfFloats(parameters) };
}

/** The source of that module. */
export function moduleSource({ cell, hidden, weights }: PretrainedModule): string {
  return `import type { PretrainedModule } from '../pretrainedNetwork.ts';

/** Written by \`npm run pretrain\`; MODEL_CARD.md reports how. */
export const PRETRAINED: PretrainedModule = {
  cell: '${cell}',
  hidden: ${hidden},
  weights:
    '${weights}',
};
`;
}
