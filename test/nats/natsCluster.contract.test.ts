import { describeEngine } from '../distributed/contractSuite.ts';
import { describeWithNats } from '../support/environment/nats.ts';
import { MAPPINGS, opener } from './testEngines.ts';

describeWithNats('NATS of three nodes', (nats) => describeEngine('A cluster of NATS', opener(nats, true)), {
  settings: MAPPINGS,
  nodes: 3,
});
