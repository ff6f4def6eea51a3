import { Option } from 'commander';
import { naturalNumber } from '../../cli/options/parsers.ts';

/** How many series of the evaluation are simulated. */
export function simulatedOption(): Option {
  return new Option('--simulated <n>', 'series to simulate for the evaluation; none of them is learnt from')
    .argParser(naturalNumber)
    .default(100);
}
