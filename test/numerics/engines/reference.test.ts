import { CELL_NAMES } from '../../../src/numerics/cells/cell.ts';
import { ReferenceEngine } from '../../../src/numerics/engines/reference.ts';
import { engineContract } from '../../contracts/engineContract.ts';

engineContract({
  name: 'reference',
  create: (config) => new ReferenceEngine(config),
  cells: CELL_NAMES,
});
