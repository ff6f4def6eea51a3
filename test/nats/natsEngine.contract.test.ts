import { describe } from 'vitest';
import { describeEngine } from '../distributed/contractSuite.ts';
import { describeWithNats } from '../support/environment/nats.ts';
import { MAPPINGS, opener } from './testEngines.ts';

describe('NATS', () => {
  describeWithNats(
    'that maps subjects',
    (nats) => describeEngine('NATS with a mapping', opener(nats, true)),
    { settings: MAPPINGS },
  );
  describeWithNats('that does not', (nats) => describeEngine('NATS without one', opener(nats, false)));
});
