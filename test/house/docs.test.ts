import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packedFiles } from './packedFiles.ts';
import { ROOT, readFolder } from './sourceFiles.ts';

/** What users read, by path: the README and the guides. */
const guides = new Map([
  ['README.md', readFileSync(`${ROOT}README.md`, 'utf8')],
  ...[...readFolder('examples', '.md')].map(([path, text]) => [`examples/${path}`, text] as const),
]);
/** Every document of the package. */
const shipped = new Map(
  [...packedFiles()]
    .filter((path) => path.endsWith('.md'))
    .map((path) => [path, readFileSync(`${ROOT}${path}`, 'utf8')]),
);

/** The same, and the pages for those who work on it, which are read in the checkout. */
const all = new Map([
  ...shipped,
  ...[...readFolder('test', '.md')].map(([path, text]) => [`test/${path}`, text] as const),
]);

interface Block {
  readonly place: string;
  readonly code: string;
}

/** The fenced blocks of a language, without the indentation of a list. */
function blocks(language: string, documents: ReadonlyMap<string, string>): Block[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^\\1\`\`\`$`, 'gm');
  return [...documents].flatMap(([path, text]) =>
    [...text.matchAll(fence)].map(({ 1: indent, 2: code, index }) => ({
      place: `${path}:${text.slice(0, index).split('\n').length}`,
      code: code!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    })),
  );
}

describe('the README', () => {
  it('has at most 10 kB, and the two commands on its first screen', () => {
    const text = guides.get('README.md')!;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10_000);
    const screen = text.split('\n').slice(0, 25).join('\n');
    expect(screen).toContain('npm ci && npm run demo');
    expect(screen).toContain('npm ci && npm test');
  });
});

describe('TypeScript in the guides', () => {
  // What needs a package that is not installed here compiles in test/package/kafkaGuide.
  const code = blocks('ts', guides).filter(({ code: text }) => !text.includes("from 'kafkajs'"));

  it('compiles as printed, in a project that has installed the package', () => {
    expect(code.length).toBeGreaterThan(10);
    const project = mkdtempSync(join(tmpdir(), 'rx-anomaly-docs-'));
    try {
      mkdirSync(join(project, 'node_modules'));
      const link = (target: string, name: string) =>
        symlinkSync(target, join(project, 'node_modules', name), 'junction');
      link(ROOT, 'rx-anomaly');
      for (const name of ['rxjs', '@types']) link(`${ROOT}node_modules/${name}`, name);
      writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
      const compilerOptions = {
        target: 'es2023',
        lib: ['es2023'],
        types: ['node'],
        module: 'nodenext',
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        noEmit: true,
      };
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      const names = code.map(({ place, code: text }) => {
        const name = `${place.replace(/\W+/g, '-')}.ts`;
        writeFileSync(join(project, name), `${text}\nexport {};\n`);
        return name;
      });
      expect(new Set(names).size).toBe(code.length);
      const tsc = `${ROOT}node_modules/typescript/bin/tsc`;
      const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', project, '--pretty', 'false'], {
        cwd: project,
        encoding: 'utf8',
      });
      expect(stdout.trim().split('\n').filter(Boolean)).toEqual([]);
      expect(status).toBe(0);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });
});

describe('commands in the documents', () => {
  const lines = blocks('(?:sh|bash)', all)
    .flatMap(({ place, code }) =>
      code
        .replaceAll('\\\n', ' ')
        .split('\n')
        .map((line) => ({ place, line })),
    )
    .concat(
      [...all].flatMap(([place, text]) =>
        [...text.matchAll(/`((?:npx |npm )[^`\n]+)`/g)].map(([, line]) => ({ place, line: line! })),
      ),
    );

  const helps = new Map<string, string>();
  /** What `rx-anomaly help` prints of a command or a topic; without one, of all of them. */
  const help = (command = ''): string => {
    const known = helps.get(command);
    if (known !== undefined) return known;
    const args = ['help', command].filter((word) => word !== '');
    const { stdout } = spawnSync(process.execPath, [`${ROOT}dist/cli/main.js`, ...args], {
      encoding: 'utf8',
    });
    helps.set(command, stdout);
    return stdout;
  };
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  /** Whether the program that a script of package.json runs reads an option, in its help or by `parseArgs`. */
  const reads = (script: string, option: string): boolean => {
    const [, command] = /cli\/main\.js ([\w-]+)/.exec(scripts[script] ?? '') ?? [];
    if (command !== undefined) return new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help(command));
    const [program] = /test\/[\w/]+\.js/.exec(scripts[script] ?? '') ?? [];
    if (program === undefined) return false;
    const text = readFileSync(`${ROOT}${program}`, 'utf8');
    return new RegExp(`${option}\\b|(?<!\\w)'?${option.slice(2)}'?:`).test(text);
  };

  it('have the options of their --help', () => {
    const unknown = lines.flatMap(({ place, line }) => {
      const [, command, rest] = /\brx-anomaly (?:help )?([a-z][\w-]*)([^|>#]*)/.exec(line) ?? [];
      if (command === undefined) return [];
      if (!help(command).startsWith(`Usage: rx-anomaly ${command}`)) return [`${place}: ${command}`];
      const options = rest!.match(/(?<=\s)--?[a-z][\w-]*/g) ?? [];
      // A command leaves the options of a topic to the help that it names.
      const [, topics = ''] = help(command).split('explained by rx-anomaly help TOPIC:\n');
      const further = [...topics.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, topic]) => help(topic!));
      return options
        .filter(
          (option) =>
            !new RegExp(`^ +(-\\w, )?${option}\\b(?!-)`, 'm').test(help(command) + further.join('')),
        )
        .map((option) => `${place}: ${command} ${option}`);
    });
    expect(helps.size).toBeGreaterThan(6);
    expect(unknown).toEqual([]);
  }, 300_000); // a process for each command and topic

  it('are of some command or script, where a sentence names an option', () => {
    const names = [...help().matchAll(/^ {2}([a-z][\w-]*) {2,}/gm)].map(([, name]) => name!);
    const text = ['', ...names].map(help).join('\n');
    const options = [...all].flatMap(([place, document]) =>
      [...document.matchAll(/`(--[a-z][\w-]*)[^`\n]*`/g)].map(([, option]) => ({ place, option: option! })),
    );
    const isKnown = (option: string): boolean =>
      new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(text) ||
      Object.keys(scripts).some((script) => reads(script, option));
    expect(names.length).toBeGreaterThan(20);
    expect(options.length).toBeGreaterThan(100);
    expect(isKnown('--nonsense')).toBe(false);
    expect(options.filter(({ option }) => !isKnown(option))).toEqual([]);
  }, 300_000);

  it('have options that the script reads, where npm runs one', () => {
    const found = lines.flatMap(({ place, line }) => {
      const [, script, rest] = /npm run ([\w:-]+) -- ([^|#]*)/.exec(line) ?? [];
      const options = rest?.match(/--[a-z][\w-]*/g) ?? [];
      return options.map((option) => ({ place, script: script!, option }));
    });
    expect(found.length).toBeGreaterThan(5);
    expect(reads('bench', '--only') && reads('pretrain', '--hidden')).toBe(true);
    expect(reads('bench', '--nonsense') || reads('pretrain', '--nonsense')).toBe(false);
    expect(found.filter(({ script, option }) => !reads(script, option))).toEqual([]);
  });

  it('are scripts of package.json, where npm runs them', () => {
    const run = lines.flatMap(({ line }) =>
      [...line.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!),
    );
    expect(run.length).toBeGreaterThan(5);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('files that the documents name', () => {
  // What is new for the steps of a page for contributors.
  const NEW = ['src/serverEvents'];
  const PATH = /^(?:src|test|examples|fixtures)\/[\w./-]+$/;
  /** Guides name files of their readers, too. */
  const NAME = /^[\w-][\w./-]*\.[jt]s$/;

  it('are files, or folders, of the checkout', () => {
    const folders = ['src', 'test', 'examples', 'fixtures'];
    const files = folders.flatMap((folder) =>
      readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map(
        (file) => `${folder}/${file.replaceAll('\\', '/')}`,
      ),
    );
    const there = new Set([...folders, ...files]);
    const named = [...all]
      .filter(([path]) => path !== 'CHANGELOG.md') // what was
      .flatMap(([path, text]) =>
        [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`\s]+)`/g)]
          .map(([, span]) => span!.replace(/\/$/, ''))
          .filter((span) => PATH.test(span) || (NAME.test(span) && !guides.has(path)))
          .map((span) => ({ path, span })),
      );
    expect(named.length).toBeGreaterThan(100);
    const isThere = (span: string): boolean =>
      // A path, a module without its extension, or a name that is one of some folder.
      [span, `${span}.ts`].some((each) => there.has(each) || files.some((file) => file.endsWith(`/${each}`)));
    expect(named.filter(({ span }) => !isThere(span) && !NEW.includes(span))).toEqual([]);
  });
});

describe('links in the documents', () => {
  const links = [...all].flatMap(([path, text]) =>
    [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)]
      .map(([, target, attribute]) => (target ?? attribute)!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => ({ path, target })),
  );

  it('lead to files of the package, those of the pages for contributors to files of the checkout', () => {
    const files = packedFiles();
    const folders = new Set([...files].map((file) => posix.dirname(file)));
    const isForContributors = (path: string): boolean =>
      path === 'CONTRIBUTING.md' || path.startsWith('test/');
    const broken = links.filter(({ path, target }) => {
      const [file] = target.split('#');
      const address = file === '' ? path : posix.join(posix.dirname(path), file!).replace(/\/$/, '');
      // Pictures are left out of the package, for their size; npm's page shows those of the repository.
      const isThere =
        address.endsWith('.png') || isForContributors(path)
          ? existsSync(`${ROOT}${address}`)
          : files.has(address);
      return !isThere && !folders.has(address);
    });
    expect(links.length).toBeGreaterThan(30);
    expect(broken).toEqual([]);
  });

  it('lead to headings that exist', () => {
    const broken = links.filter(({ path, target }) => {
      const [file, anchor] = target.split('#');
      if (anchor === undefined) return false;
      const text = file === '' ? all.get(path) : all.get(posix.join(posix.dirname(path), file!));
      const headings = [...(text ?? '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        heading!
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N} -]/gu, '')
          .replaceAll(' ', '-'),
      );
      return !headings.includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('show pictures that exist', () => {
    const pictures = links.filter(({ target }) => target.endsWith('.png'));
    expect(pictures.length).toBeGreaterThan(1);
    for (const { path, target } of pictures)
      expect(existsSync(`${ROOT}${posix.join(posix.dirname(path), target)}`)).toBe(true);
  });
});
