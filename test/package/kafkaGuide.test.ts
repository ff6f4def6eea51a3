import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { ROOT } from '../house/sourceFiles.ts';
import { freePort } from '../support/environment/influxServer.js';
import { describeWithPackages } from './packed.ts';

const PACKAGES = { '@types/node': '20.19.43', kafkajs: '2.2.4' };

describeWithPackages('the program of the Kafka guide', 'kafka', PACKAGES, (installed) => {
  let here = '';
  beforeEach(() => {
    const { folder, project } = installed();
    here = join(project, 'kafka');
    rmSync(here, { recursive: true, force: true });
    mkdirSync(join(here, 'node_modules'), { recursive: true });
    for (const name of ['@types', 'undici-types', 'kafkajs'])
      symlinkSync(join(folder, 'node_modules', name), join(here, 'node_modules', name), 'junction');
    const guide = readFileSync(join(ROOT, 'examples', 'guides', 'kafka.md'), 'utf8');
    const [, program] = /^```ts\n(.*?)^```$/ms.exec(guide) ?? [];
    writeFileSync(join(here, 'main.ts'), program!);
    writeFileSync(join(here, 'package.json'), '{ "type": "module" }');
  });

  const compile = (...more: string[]) => {
    const options = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--target',
      'es2022',
      '--module',
      'nodenext',
    ];
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [
      tsc,
      ...options,
      '--types',
      'node',
      '--skipLibCheck',
      '--pretty',
      'false',
      ...more,
      'main.ts',
    ];
    return spawnSync(process.execPath, args, { cwd: here, encoding: 'utf8' });
  };

  it('has the types of the client', () => {
    expect(compile('--noEmit').stdout).toBe('');
  }, 120_000);

  it('ends with an error where there is no broker', async () => {
    expect(compile().status).toBe(0);
    const args = ['main.js', `127.0.0.1:${await freePort()}`];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: here,
      encoding: 'utf8',
      env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    });
    expect(stderr).toMatch(/KafkaJS.*(?:ECONNREFUSED|Connection error)/);
    expect(status).toBe(1);
    expect(existsSync(join(here, 'state'))).toBe(false);
  }, 240_000);
});
