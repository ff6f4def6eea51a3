import type { PretrainedModule } from '../pretrainedWeights.ts';

export const PRETRAINED: PretrainedModule = { cell: 'lstm', hidden: 64, weights: '' };
