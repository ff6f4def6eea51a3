import type { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filedOptions, parsedValue } from '../../src/cli/config/configValues.ts';
import { hasType } from '../../src/cli/config/jsonValue.ts';
import { formOf } from '../../src/cli/options/optionForm.ts';
import { readPolicy } from '../../src/cli/options/policy.ts';
import { configuredCommands } from './configuredCommands.ts';
import { ALERTS, POLICY } from './nestedSchemas.ts';
import { schemaNamed, validatorOf } from './validator.ts';

const validate = validatorOf(schemaNamed('config'));

/** Values of JSON, those of options among them. */
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('low', 'ema', 'none', 0, 1, '1', 0.5, 3, -1, 1e7, true, false, '5m', '2/3', []),
  fc.array(fc.constantFrom('a', 'b,c', '0.5'), { maxLength: 3 }),
  fc.array(fc.constantFrom(0.1, 0.5, 404, 1), { maxLength: 3 }),
);

describe.each(configuredCommands().map((command) => [command.name(), command] as [string, Command]))(
  'the schema of %s',
  (name, command) => {
    it.each(filedOptions(command).map((option) => [option.attributeName(), option] as const))(
      'accepts each %s that the command accepts, and none of another type',
      async (key, option) => {
        const form = formOf(option);
        await fc.assert(
          fc.asyncProperty(json, async (value) => {
            const isRight = validate({ [name]: { [key]: value } });
            const hasForm = hasType(form.schema, value);
            if (isRight) expect(hasForm, JSON.stringify(value)).toBe(true);
            if (!hasForm || form.isJsonFile || form.isSecret) return;
            const isTaken = await parsedValue(option, { json: value, where: 'x.json: y' }).then(
              () => true,
              () => false,
            );
            if (isTaken) expect(isRight, JSON.stringify(value)).toBe(true);
          }),
          { numRuns: 40 },
        );
      },
    );
  },
);

describe('the schema of a configuration', () => {
  it.each<[string, unknown, boolean]>([
    ['a section', { serve: { port: 80 } }, true],
    ['an option of one command, for all', { port: 80 }, true],
    ['an option of another command in a section', { detect: { port: 80 } }, false],
    ['an unknown option', { sensitivty: 'high' }, false],
    ['a secret by its place', { token: { env: 'TOKEN' } }, true],
    ['a secret with two places', { token: { env: 'TOKEN', file: 'x' } }, false],
    ['about the configuration itself', { config: 'x.json' }, false],
    ['the marks of --print-config', { $schema: 'x', $from: { seed: 'default' } }, true],
    ['a list', [], false],
  ])('decides on %s', (_, config, isRight) => {
    expect(validate(config)).toBe(isRight);
  });
});

describe('the schema of a policy', () => {
  const accepts = validatorOf(POLICY);

  it.each<object>([
    { sensitivity: 0.7, confirm: { events: 3, of: 5 }, recurring: { learn: 0.5, acceptAfter: false } },
    { threshold: 0.4, budget: { rise: 0.1 }, habituation: false, drift: true },
    { suppress: [{ name: 'a', below: [1, 2], weekly: { days: ['sun'], from: '02:00' }, keys: ['p'] }] },
    { suppress: [{ belowShare: 0.1, direction: 'up', between: { start: '2026-01-01', end: 1.8e12 } }] },
    { holidays: ['2026-12-25'], holidaysAs: 'sat' },
  ])('accepts what the command accepts: %j', async (policy) => {
    await readPolicy({ policy: { where: 'x', json: policy } });
    expect(accepts(policy)).toBe(true);
  });

  it.each<object>([
    { sens: 1 },
    { confirm: { event: 3 } },
    { suppress: [{ names: 'a', below: 1 }] },
    { drift: 1 },
    { budget: { size: 1 } },
    { holidays: '2026-12-25' },
  ])('refuses what the command refuses: %j', async (policy) => {
    await expect(readPolicy({ policy: { where: 'x', json: policy } })).rejects.toThrow();
    expect(accepts(policy)).toBe(false);
  });
});

describe('the schema of alerts', () => {
  const accepts = validatorOf(ALERTS);

  it.each<[boolean, object]>([
    [
      true,
      { sinks: { a: { url: { env: 'X' }, headers: { Authorization: { env: 'Y' } }, giveUpOn: [404] } } },
    ],
    [true, { sinks: { a: { format: 'email', url: 'smtp://x', from: 'a@x', to: ['b@x'] } } }],
    [
      true,
      {
        sinks: { a: { format: 'slack', url: 'x' } },
        routes: [{ to: ['a'], severity: 'high', quiet: { from: '22:00' } }],
      },
    ],
    [false, { sinks: {} }],
    [false, { sinks: { a: { url: 'x', colour: 1 } } }],
    [false, { sinks: { a: { url: 'x' } }, routes: [] }],
    [false, { sinks: { a: { url: 'x' } }, routes: [{ to: ['a'], severity: 'none' }] }],
  ])('is %j for %j', (isRight, config) => {
    expect(accepts(config)).toBe(isRight);
  });
});
