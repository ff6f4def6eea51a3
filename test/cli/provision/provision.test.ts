import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder, fetchBinding } from '../../../src/cli/provision/fetchBinding.ts';
import { copyBinding, provisionTfjsNode } from '../../../src/cli/provision/provisionTfjsNode.ts';
import { damagedFile, type NativeFile } from '../../../src/cli/provision/tensorflowFiles.ts';
import { describeWithTfjsNode } from '../../support/environment/tfjsNode.ts';

const FILES: readonly NativeFile[] = [
  {
    path: 'deps/lib/libtest.so.1.0',
    sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', // hello
    aliases: ['libtest.so.1', 'libtest.so'],
  },
];

describe('provisioning tfjs-node', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'provision-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const write = (path: string, text: string): string => {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  };
  /** A program that runs in npm's place. */
  const npm = (program: string): void => {
    vi.stubEnv('npm_execpath', write('bin/npm-cli.js', program));
  };

  it('keeps the files where the user keeps caches, outside any checkout', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/rx-anomaly');
    expect(cacheFolder({})).toMatch(/\/\.cache\/rx-anomaly$/);
  });

  it('tells an intact file from a missing and from a damaged one', async () => {
    expect(await damagedFile(folder, FILES)).toBe(FILES[0].path);
    write(FILES[0].path, 'hello');
    expect(await damagedFile(folder, FILES)).toBeUndefined();
    write(FILES[0].path, 'hellO');
    expect(await damagedFile(folder, FILES)).toBe(FILES[0].path);
  });

  it('copies over what is there, with the names that the dynamic linker asks for, as often as you like', async () => {
    write(`cache/${FILES[0].path}`, 'hello');
    write(`package/${FILES[0].path}`, 'broken');
    for (let run = 0; run < 2; run++) {
      await copyBinding(join(folder, 'cache'), join(folder, 'package'), FILES);
      for (const name of ['libtest.so.1.0', 'libtest.so.1', 'libtest.so']) {
        expect(readFileSync(join(folder, 'package/deps/lib', name), 'utf8')).toBe('hello');
      }
      expect(readlinkSync(join(folder, 'package/deps/lib/libtest.so'))).toBe('libtest.so.1.0');
    }
  });

  it('refuses to install a damaged file', async () => {
    write(`cache/${FILES[0].path}`, 'evil');
    await expect(copyBinding(join(folder, 'cache'), join(folder, 'package'), FILES)).rejects.toThrow(
      /was not copied in full/,
    );
  });

  it('does not unpack a download with another checksum, and leaves nothing behind', async () => {
    npm(
      `require('node:fs').writeFileSync('release.tgz', 'not what was asked for'); console.log('release.tgz');`,
    );
    await expect(fetchBinding(() => {}, join(folder, 'cache'))).rejects.toThrow(
      /^provision: tfjs-node-lambda-releases@1\.6\.1 has the wrong checksum; it was not unpacked$/,
    );
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it("passes on npm's reason in one line when the registry does not answer", async () => {
    npm(
      `console.error('npm error code ENOTFOUND\\nnpm error network request failed\\nnpm error more'); process.exitCode = 1;`,
    );
    await expect(fetchBinding(() => {}, join(folder, 'cache'))).rejects.toThrow(
      /^provision: npm pack tfjs-node-lambda-releases@1\.6\.1 failed: network request failed$/,
    );
  });
});

describeWithTfjsNode('provisioning where it has been done', () => {
  it('finds everything in place, asks the network for nothing, and loads it', async () => {
    vi.stubEnv('npm_execpath', join(tmpdir(), 'there-is-no/npm-cli.js'));
    const lines: string[] = [];
    await provisionTfjsNode((line) => lines.push(line));
    vi.unstubAllEnvs();
    expect(lines).toEqual([
      '1/3 @tensorflow/tfjs-node 4.22.0: installed',
      '2/3 native files: in place and intact',
      `3/3 loads on Node ${process.versions.node}: backend tensorflow`,
    ]);
  });
});
