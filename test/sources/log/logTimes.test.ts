import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogTimes, withoutUptime } from '../../../src/sources/log/logTimes.ts';

const NEWEST = Date.parse('2026-11-30T15:10:00Z');

function read(line: string, timeZone = 'UTC') {
  const found = new LogTimes(timeZone, NEWEST).read(line);
  return found && [new Date(found.time).toISOString(), found.rest];
}

describe('LogTimes', () => {
  it.each([
    ['2026-11-30T15:04:05.123Z up', '2026-11-30T15:04:05.123Z', 'up'],
    ['2026-11-30T15:04:05+01:00 up', '2026-11-30T14:04:05.000Z', 'up'],
    ['2026-11-30 15:04:05,123 - INFO - up', '2026-11-30T15:04:05.123Z', '- INFO - up'],
    ['2026-11-30 15:04:05 +0530: up', '2026-11-30T09:34:05.000Z', 'up'],
    ['2026-11-30 15:04:05 -12 degrees', '2026-11-30T15:04:05.000Z', '-12 degrees'],
    ['2026-11-30 15:04 up', '2026-11-30T15:04:00.000Z', 'up'],
    ['[2026-11-30 15:04:05] up', '2026-11-30T15:04:05.000Z', 'up'],
    ['2026/11/30 15:04:05 [error] 7#7: up', '2026-11-30T15:04:05.000Z', '[error] 7#7: up'],
    ['<34>1 2026-11-30T15:04:05Z host app', '2026-11-30T15:04:05.000Z', 'host app'],
    ['Nov 30 15:04:05 host sshd[1]: up', '2026-11-30T15:04:05.000Z', 'host sshd[1]: up'],
    ['<13>Nov  3 15:04:05 host up', '2026-11-03T15:04:05.000Z', 'host up'],
    ['Dec 24 15:04:05 host up', '2025-12-24T15:04:05.000Z', 'host up'], // of the year before
    ['Feb 29 15:04:05 host up', '2024-02-29T15:04:05.000Z', 'host up'],
    ['Nov 30 2025 15:04:05: %LINK up', '2025-11-30T15:04:05.000Z', '%LINK up'],
    ['[Mon Nov 30 15:04:05.123456 2026] [core:error] up', '2026-11-30T15:04:05.123Z', '[core:error] up'],
    ['I1130 15:04:05.123456   1 server.go:12] up', '2026-11-30T15:04:05.123Z', 'I 1 server.go:12] up'],
    [
      '203.0.113.7 - - [30/Nov/2026:15:04:05 +0100] "GET / HTTP/1.1" 200 5',
      '2026-11-30T14:04:05.000Z',
      '203.0.113.7 - - "GET / HTTP/1.1" 200 5',
    ],
    ['[30/Nov/2026:15:04:05 +0000] GET /', '2026-11-30T15:04:05.000Z', 'GET /'],
    ['INFO 2026-11-30 15:04:05,123 up', '2026-11-30T15:04:05.123Z', 'INFO up'],
    ['[WARN] 2026-11-30T15:04:05Z up', '2026-11-30T15:04:05.000Z', '[WARN] up'],
    ['17:M 30 Nov 2026 15:04:05.123 * Ready', '2026-11-30T15:04:05.123Z', '17:M * Ready'],
    ['1796051045 up', '2026-11-30T15:04:05.000Z', 'up'],
    ['1796051045.250 TCP_MISS', '2026-11-30T15:04:05.250Z', 'TCP_MISS'],
    ['1796051045250: up', '2026-11-30T15:04:05.250Z', 'up'],
    [
      '{"time":"2026-11-30T15:04:05.250Z","level":"INFO","msg":"up"}',
      '2026-11-30T15:04:05.250Z',
      '{"level":"INFO","msg":"up"}',
    ],
    ['{"level":30,"time":1796051045250,"msg":"up"}', '2026-11-30T15:04:05.250Z', '{"level":30,"msg":"up"}'],
    ['{"ts":1796051045.25,"msg":"up"}', '2026-11-30T15:04:05.250Z', '{"msg":"up"}'],
    [
      '{"log":"up\\n", "stream": "stdout", "time": "2026-11-30T15:04:05.250123456Z"}',
      '2026-11-30T15:04:05.250Z',
      '{"log":"up\\n", "stream": "stdout"}',
    ],
    ['{"ts":1796051045250.123,"msg":"up"}', '2026-11-30T15:04:05.250Z', '{"msg":"up"}'],
    ['{"ts":1796051045250000000,"msg":"up"}', '2026-11-30T15:04:05.250Z', '{"msg":"up"}'],
    ['{"@t":"2026-11-30T15:04:05.25Z","@mt":"up"}', '2026-11-30T15:04:05.250Z', '{"@mt":"up"}'],
    [
      '{"MESSAGE":"up","__REALTIME_TIMESTAMP":"1796051045250000"}',
      '2026-11-30T15:04:05.250Z',
      '{"MESSAGE":"up"}',
    ],
    [
      '{"cert":{"a":[{"b":"}"}],"date":"2020-01-01T00:00:00Z"},"msg":"up","ts":1796051045}',
      '2026-11-30T15:04:05.000Z',
      '{"cert":{"a":[{"b":"}"}],"date":"2020-01-01T00:00:00Z"},"msg":"up"}',
    ],
    ['{"event":{"ts":1796051045},"msg":"up"}', '2026-11-30T15:04:05.000Z', '{"event":{},"msg":"up"}'],
    ['time="2026-11-30T15:04:05Z" level=info msg="up"', '2026-11-30T15:04:05.000Z', 'level=info msg="up"'],
    [
      'ts=2026-11-30T15:04:05.25+01:00 caller=a.go:1 msg=up',
      '2026-11-30T14:04:05.250Z',
      'caller=a.go:1 msg=up',
    ],
    ['level=info ts=2026-11-30T15:04:05Z msg=up', '2026-11-30T15:04:05.000Z', 'level=info msg=up'],
    ['{"msg":"up","time":1796051045}', '2026-11-30T15:04:05.000Z', '{"msg":"up"}'],
    [
      '{"msg":"\\"time\\":\\"2020-01-01T00:00:00Z\\"","@timestamp":"2026-11-30 15:04:05+01:00"}',
      '2026-11-30T14:04:05.000Z',
      '{"msg":"\\"time\\":\\"2020-01-01T00:00:00Z\\""}',
    ],
  ])('reads %s', (line, time, rest) => {
    expect(read(line)).toEqual([time, rest]);
  });

  it.each([
    'up since 2026-11-30 15:04:05',
    '2026-13-30 15:04:05 no such month',
    '2026-02-30 15:04:05 no such day',
    '2026-11-30 24:04:05 no such hour',
    '2026-11-30 no clock',
    '2026-11-30 15:04:056 no such second',
    'Now 30 15:04:05 no month',
    '17960510451 eleven digits',
    'Traceback (most recent call last):',
    '{"time":"soon","msg":"2026-11-30T15:04:05Z"}',
    '{"uptime":1796051045,"time":12}',
    'level=info uptime=2026-11-30T15:04:05Z',
    '',
  ])('finds none in %j', (line) => {
    expect(read(line)).toBeUndefined();
  });

  it('takes numbers for times only where they come first', () => {
    const times = new LogTimes('UTC', NEWEST);
    expect(times.read('2026-11-30 15:04:05 up')).toBeDefined();
    expect(times.read('1796051045 items')).toBeUndefined();
    const seconds = new LogTimes('UTC', NEWEST);
    expect(seconds.read('1796051045 up')).toBeDefined();
    expect(seconds.read('2026-11-30 15:04:05 up')).toBeDefined();
    expect(seconds.read('1796051046 up')).toBeDefined();
  });

  it('goes on into the next year, and by the clocks of a zone', () => {
    const times = new LogTimes('Europe/Berlin', Date.parse('2026-01-02T00:00:00Z'));
    const read = ['Dec 31 23:59:59 a', 'Jan  1 00:00:01 a', 'Dec 31 23:59:58 late', 'Jul  1 12:00:00 a'];
    expect(read.map((line) => new Date(times.read(line)!.time).toISOString())).toEqual([
      '2025-12-31T22:59:59.000Z',
      '2025-12-31T23:00:01.000Z',
      '2025-12-31T22:59:58.000Z',
      '2026-07-01T10:00:00.000Z',
    ]);
  });

  it('reads every time that it is given, in each form, and leaves the rest', () => {
    const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
    const at = fc.date({
      min: new Date('2001-09-10T00:00:00Z'),
      max: new Date('2080-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(at, fc.stringMatching(/^[a-z]{1,9}( [a-z]{1,9})?$/), (date, message) => {
        const iso = date.toISOString();
        const month = months[date.getUTCMonth()]!;
        const [day, clock] = [iso.slice(8, 10), iso.slice(11, 19)];
        const seconds = Math.floor(date.getTime() / 1000) * 1000;
        const times = new LogTimes('UTC', date.getTime());
        for (const [text, time] of [
          [iso, date.getTime()],
          [`${iso.slice(0, 10)} ${clock}`, seconds],
          [`${month} ${String(Number(day)).padStart(2)} ${clock}`, seconds],
          [`[${day}/${month}/${iso.slice(0, 4)}:${clock} +0000]`, seconds],
        ] as const)
          expect(times.read(`${text} ${message}`)).toMatchObject({ time, rest: message });
        const epoch = new LogTimes('UTC', 0).read(`${seconds / 1000} ${message}`);
        expect(epoch).toMatchObject({ time: seconds, rest: message });
      }),
    );
  });

  it('never fails', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        const found = new LogTimes('UTC', NEWEST).read(line);
        if (found !== undefined) expect(Number.isFinite(found.time)).toBe(true);
      }),
    );
  });
});

describe('withoutUptime', () => {
  it('takes off the seconds since the start of the system', () => {
    expect(withoutUptime('[   12.345678] usb 1-1: new device')).toBe('usb 1-1: new device');
    expect(withoutUptime('[12] other')).toBe('[12] other');
  });
});
