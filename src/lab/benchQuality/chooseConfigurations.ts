import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { detectSeries } from '../quality/detectSeries.ts';
import { type Configuration, settingsOf } from './configurations.ts';

/**
 * The configurations with these names, in this order.
 *
 * @throws RxAnomalyError BAD_OPTION for an unknown name, or options that the detector refuses
 */
export function chooseConfigurations(
  known: ReadonlyMap<string, Configuration>,
  wanted: readonly string[],
): ReadonlyMap<string, Configuration> {
  const configurations = new Map<string, Configuration>();
  for (const name of wanted) {
    const configuration = known.get(name);
    if (configuration === undefined)
      throw new RxAnomalyError(
        'BAD_OPTION',
        `bench-quality: no configuration "${name}"; there are ${[...known.keys()].join(', ')}`,
      );
    tryOut(name, configuration);
    configurations.set(name, configuration);
  }
  return configurations;
}

/** A bad option is reported before the work starts. */
function tryOut(name: string, configuration: Configuration): void {
  try {
    detectSeries(ONE_RECORD, settingsOf(configuration, 1));
  } catch (error) {
    throw new RxAnomalyError('BAD_OPTION', `configuration ${name}: ${messageOf(error)}`, { cause: error });
  }
}

const ONE_RECORD = {
  name: 'one record',
  dimensions: ['value'],
  values: new Float64Array(1),
  times: undefined,
  windows: [],
  transform: 'none',
} as const;
