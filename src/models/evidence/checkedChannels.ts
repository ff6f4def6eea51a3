import { badOption, optionChecks } from '../../core/options.ts';
import type { ChannelSpec } from './evidenceChannel.ts';

/**
 * A copy of the given channels.
 *
 * @param where the caller, for the message
 * @throws RxAnomalyError BAD_OPTION naming the channel and the error
 */
export function checkedChannels(where: string, channels: readonly ChannelSpec[]): readonly ChannelSpec[] {
  const check = optionChecks(where);
  const names = new Set<string>();
  for (const [c, spec] of channels.entries()) {
    const option = `channels[${c}]`;
    if (typeof spec !== 'object' || spec === null)
      throw badOption(where, option, '{ name, share, create }', spec);
    check.known(spec, ['name', 'share', 'cautious', 'exponent', 'moves', 'create', 'tail']);
    if (typeof spec.name !== 'string' || spec.name === '' || names.has(spec.name))
      throw badOption(where, `${option}.name`, 'a name unlike those of the others', spec.name);
    names.add(spec.name);
    check.within(`${option}.share`, spec.share, 1e-6, 1e6);
    check.boolean(`${option}.cautious`, spec.cautious ?? false);
    if (spec.exponent !== undefined) {
      check.within(`${option}.exponent`, spec.exponent, 0.1, 100);
      if (!spec.cautious)
        throw badOption(where, `${option}.exponent`, 'left out unless cautious', spec.exponent);
    }
    check.boolean(`${option}.moves`, spec.moves ?? false);
    for (const part of ['create', 'tail'] as const) {
      if (typeof spec[part] === 'function' || (part === 'tail' && spec.tail === undefined)) continue;
      throw badOption(where, `${option}.${part}`, 'a function', spec[part]);
    }
  }
  return [...channels];
}
