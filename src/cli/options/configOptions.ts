import { Option } from 'commander';
import { path } from './parsers.ts';

/** The options about the configuration file. */
export function configOptions(): Option[] {
  return [
    new Option(
      '--config <file>',
      'take options from it, JSON or JavaScript; none: from no file (default: rx-anomaly.config.json or .js in the ' +
        'working directory)',
    ).argParser(path),
    new Option('--print-config', 'print all options with where each is from, as such a file, and end'),
  ];
}
