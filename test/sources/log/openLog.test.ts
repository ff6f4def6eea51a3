import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CsvRow } from '../../../src/sources/index.ts';
import { type LogOptions, openLog } from '../../../src/sources/log/openLog.ts';

async function* bytesOf(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof text === 'string' ? Buffer.from(text) : text;
}

async function read(text: string | Uint8Array, options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const onWarning = (line: string): void => void lines.push(line);
  const table = await openLog(bytesOf(text), { onWarning, ...options }, onWarning);
  const rows: CsvRow[] = [];
  for await (const row of table.rows()) rows.push(row);
  const read = rows.map(({ row, time, text: { value } }) => [
    row,
    time === undefined ? undefined : new Date(time).toISOString().slice(11, 19),
    value[0],
  ]);
  const problems = rows.flatMap(({ problems }) => problems.map(({ message }) => message));
  return { table, rows, read, problems, lines };
}

const TRACE = `2026-11-30 15:04:05 ERROR failed
java.io.IOException: full
    at a.b(C.java:1)
\tat a.c(C.java:2)

2026-11-30 15:04:07 INFO on
`;

describe('openLog', () => {
  it('has a row for each line; what is indented belongs to the line before', async () => {
    const { table, read: rows, problems, lines } = await read(TRACE);
    expect(table.columns).toEqual({ value: [], category: 'line', time: 'time' });
    expect(rows).toEqual([
      [1, '15:04:05', 'ERROR failed'],
      [2, '15:04:05', 'java.io.IOException: full'],
      [6, '15:04:07', 'INFO on'],
    ]);
    expect(problems).toEqual([
      'line 2: no time at the beginning of "java.io.IOException: full"; taken to be that of the line before',
    ]);
    expect(lines).toEqual(['input: 2 indented lines belong to the lines before']);
    expect(table.guessed).toEqual(['lines of a log, with times such as "2026-11-30 15:04:05"']);
  });

  it('has the messages of JSON, with their levels', async () => {
    const { read: rows, problems } = await read(
      '{"level":30,"time":1796051045000,"id":7,"msg":"up"}\n2026-11-30T15:04:06Z stdout F {"level":60,"msg":"down"}\n',
    );
    expect(rows).toEqual([
      [1, '15:04:05', 'up (info)'],
      [2, '15:04:06', 'stdout F down (fatal)'],
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['{\n  "level": "info",\n  "v": 1\n}\n', 1, 'an object over several lines', '.'],
    ['\n{ "level": "info",\n  "v": 1 }\n', 2, 'an object over several lines', '.'],
    ['[\n  {\n    "level": "info"\n  }\n]\n', 1, 'an array of objects', '.[]'],
    ['[{"level":"info"},{"level":"warn"}]\n', 1, 'an array of objects', '.[]'],
    ['{\n  "Records": [\n    {\n      "level": "info"', 1, 'an object with an array of others', '.Records[]'],
  ])('refuses JSON that is not line by line: %j', async (text, line, what, filter) => {
    for (const options of [{ field: 'level' }, {}])
      await expect(read(text, options)).rejects.toThrow(
        `input: line ${line}: begins ${what}; expected an object on each line: jq -c '${filter}' FILE | rx-anomaly detect - --rare`,
      );
  });

  it.each([
    '[2026-11-30 15:04:05] {"a":1}\n',
    '{"level":"info","a":{"b":[{"c":1}]}}\n{"level":"warn"}\n',
    '[\nno JSON\n',
  ])('takes what is line by line as it is: %j', async (text) => {
    expect((await read(text)).rows).toHaveLength(text.trim().split('\n').length);
  });

  it('reads a log without times, without problems', async () => {
    const { table, read: rows, problems } = await read('\x1b[32mup\x1b[0m\n[    1.000000] usb\nup\n');
    expect(rows).toEqual([
      [1, undefined, 'up'],
      [2, undefined, 'usb'],
      [3, undefined, 'up'],
    ]);
    expect(problems).toEqual([]);
    expect(table.columns.time).toBeUndefined();
  });

  it.each([
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(TRACE, 'utf16le')])],
    ['UTF-8 with its mark', `\ufeff${TRACE}`],
    ['line ends of Windows', TRACE.replaceAll('\n', '\r\n')],
    ['gzip', gzipSync(TRACE)],
    ['zeros of a crash before it', `\0\0\0\0${TRACE}`],
  ])('reads %s', async (_, bytes) => {
    const { read: rows } = await read(bytes);
    expect(rows.map(([, time, text]) => [time, text])).toEqual(
      (await read(TRACE)).read.map(([, time, text]) => [time, text]),
    );
  });

  it('leaves out what is no text, and reports it and what is only partly read', async () => {
    const bytes = Buffer.concat([
      Buffer.from('up\nup\nup\nb\0d\n'),
      Buffer.from([0x47, 0xf6, 0x0a]),
      Buffer.from(`${'x'.repeat(70_000)}\n`),
    ]);
    const { rows, problems, lines } = await read(bytes);
    expect(rows.map(({ text }) => text.value[0]!.slice(0, 5))).toEqual(['up', 'up', 'up', '', 'Gö', 'xxxxx']);
    expect(problems).toEqual(['line 4: "b\\u0000d" is no text; left out']);
    expect(lines).toEqual([
      'input: line 5: is not UTF-8; read as Windows-1252 (--encoding decides)',
      'input: line 6: has 65536 characters and 4464 bytes more, which are left out',
    ]);
    await expect(read(bytes, { strict: true })).rejects.toThrow('line 5: is not UTF-8');
  });

  it('has no rows of an empty log, and refuses what is none', async () => {
    expect((await read('')).read).toEqual([]);
    expect((await read('\n\n')).read).toEqual([]);
    await expect(read(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0a, 0, 1, 2, 0x0a]))).rejects.toThrow(
      /is no text/,
    );
    await expect(read('LPKSHHRH\0\0\0')).rejects.toThrow('is a journal of systemd; print it: journalctl');
    await expect(openLog('/', { onWarning: 'silent' })).rejects.toThrow(
      /^\/: cannot be read: it is a directory/,
    );
    await expect(openLog('/no/such', { onWarning: 'silent' })).rejects.toThrow(/^\/no\/such: cannot be read/);
  });

  it('leaves a last line without its end for a later run, if asked to', async () => {
    expect((await read('up\ndo')).read).toHaveLength(2);
    const { read: rows, lines } = await read('up\ndo', { leavesOpen: true });
    expect(rows).toEqual([[1, undefined, 'up']]);
    expect(lines).toEqual(['input: the last line has not ended: left for the next run']);
    expect((await read('up\ndown\n', { leavesOpen: true })).read).toHaveLength(2);
  });

  it('reports a time without a message', async () => {
    const { problems } = await read('2026-11-30 15:04:05\n2026-11-30 15:04:05 up\n');
    expect(problems).toEqual(['line 1: nothing after the time; left out']);
  });

  const JSON_LINES = [
    { time: '2026-11-30T15:04:05Z', level: 30, event: { type: 'login' }, host: 'a', msg: 'x' },
    { time: '2026-11-30T15:04:06Z', level: 60, 'event.type': 'reset', host: 'b' },
    { time: '2026-11-30T15:04:07Z', level: 50, event: 'none', code: 5 },
  ].map((line) => JSON.stringify(line));

  it('has a field of lines of JSON, with their level and their keys', async () => {
    const field = { field: 'event.type', keys: ['host'] };
    const {
      table,
      rows,
      read: found,
      problems,
      lines,
    } = await read(`${JSON_LINES.join('\n')}\nno JSON\n`, field);
    expect(table.columns).toEqual({ value: [], category: 'event.type', time: 'time', key: 'host' });
    expect(table.guessed).toEqual([
      '"event.type" of lines of JSON, with times such as "2026-11-30T15:04:05Z"',
    ]);
    expect(found).toEqual([
      [1, '15:04:05', 'login'],
      [2, '15:04:06', 'reset'],
      [3, '15:04:07', ''],
      [4, '15:04:07', ''],
    ]);
    expect(rows.map(({ key, text: { level } }) => [key, level])).toEqual([
      ['a', 'info'],
      ['b', 'fatal'],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(problems).toEqual([
      expect.stringMatching(/^line 3: no "event\.type" in "\{.*; left out$/),
      'line 4: no "event.type" in "no JSON"; left out',
    ]);
    expect(lines).toEqual([]);
  });

  it('joins several keys as a table does, and takes numbers and truth for categories', async () => {
    const { rows } = await read('{"ok":true,"a":1,"b":"x"}\n', { field: 'ok', keys: ['a', 'b'] });
    expect(rows).toMatchObject([{ key: 'a=1,b=x', text: { value: ['true'] } }]);
  });

  it('warns of a field that none of the first lines has', async () => {
    const { lines } = await read(`${JSON_LINES.join('\n')}\n`, { field: 'evnt' });
    expect(lines).toEqual([
      'input: no field "evnt" in the first 3 lines; the first has time, level, event.type, host, msg',
    ]);
    const text = `${JSON_LINES.join('\n')}\n`;
    const { lines: ofKey } = await read(text, { field: 'level', keys: ['host', 'hots'] });
    expect(ofKey).toEqual([expect.stringContaining('no field "hots" in the first 3 lines; the first has')]);
    const { lines: ofObject } = await read('{"http":{"status":200}}\n', { field: 'http' });
    expect(ofObject).toEqual(['input: no field "http" in the first line; it has http.status']);
  });

  it('has the level of a line of text', async () => {
    const { rows } = await read('2026-11-30 15:04:05 FATAL: no memory\n2026-11-30 15:04:06 no error here\n');
    expect(rows.map(({ text: { level } }) => level)).toEqual(['fatal', undefined]);
  });
});
