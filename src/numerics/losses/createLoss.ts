import { badOption, requireObject } from '../../core/options.ts';
import { type CrossEntropyConfig, crossEntropyLoss } from './crossEntropyLoss.ts';
import type { Loss } from './loss.ts';
import { gaussianLoss, huberLoss, type LaplaceLossConfig, laplaceLoss, mseLoss } from './regressionLosses.ts';

/** Which loss, and its constants; every engine has them. Lengths are in units of the target. */
export type LossConfig =
  | { readonly name: 'mse' }
  | { readonly name: 'huber' /** Errors beyond are charged linearly. */; readonly delta: number }
  | { readonly name: 'gaussian' }
  | LaplaceLossConfig;

/** The loss that a configuration names, with its constants. @throws RxAnomalyError BAD_OPTION */
export function createLoss(config: LossConfig | CrossEntropyConfig): Loss {
  requireObject('loss', config);
  switch (config.name) {
    case 'mse':
      return mseLoss;
    case 'huber':
      return huberLoss(config.delta);
    case 'gaussian':
      return gaussianLoss;
    case 'laplace':
      return laplaceLoss(config);
    case 'crossEntropy':
      return crossEntropyLoss(config);
    default:
      throw badOption(
        'loss',
        'name',
        "one of 'mse', 'huber', 'gaussian', 'laplace', 'crossEntropy'",
        (config as { name: unknown }).name,
      );
  }
}
