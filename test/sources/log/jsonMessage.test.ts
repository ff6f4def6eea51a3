import { describe, expect, it } from 'vitest';
import { loggedMessage } from '../../../src/sources/log/jsonMessage.ts';

describe('loggedMessage', () => {
  it.each([
    ['pino', '{"level":60,"pid":12,"hostname":"web-1","reqId":"req-7","msg":"deadlock"}', 'deadlock (fatal)'],
    [
      'pino, an error',
      '{"level":50,"err":{"type":"Error","message":"EIO","stack":"Error: EIO\\n at a"},"msg":"cannot write"}',
      'cannot write: EIO (error)',
    ],
    ['its own error', '{"level":50,"err":{"message":"EIO"},"msg":"EIO"}', 'EIO (error)'],
    [
      'zap',
      '{"level":"warn","caller":"a/b.go:12","msg":"retry","error":"dial tcp: refused"}',
      'retry: dial tcp: refused (warn)',
    ],
    ['docker', '{"log":"ready\\n","stream":"stdout"}', 'ready'],
    [
      'docker around pino',
      '{"log":"{\\"level\\":30,\\"msg\\":\\"ready\\"}\\n","stream":"stdout"}',
      'ready (info)',
    ],
    ['CRI around pino', 'stdout F {"level":30,"msg":"ready"}', 'stdout F ready (info)'],
    ['Cloud Logging', '{"insertId":"a1","jsonPayload":{"message":"ready"},"severity":"INFO"}', 'ready'],
    ['ECS', '{"log.level":"info","message":"ready","ecs":{"version":"1.6.0"}}', 'ready (info)'],
    ['journalctl', '{"MESSAGE":"Up.","PRIORITY":"6","SYSLOG_IDENTIFIER":"sshd"}', 'sshd: Up. (info)'],
    [
      'no message',
      '{"kind":"Event","verb":"get","text":"a,b"}',
      '{"kind":"Event", "verb":"get", "text":"a,b"}',
    ],
    ['GELF', '{"version":"1.1","host":"h","short_message":"down","level":3}', 'down (err)'],
    ['a level of another kind', '{"msg":"up","level":35}', 'up (35)'],
    ['an empty message', '{"msg":" ","id":1}', '{"msg":" ", "id":1}'],
    ['no text', '{"msg":[1,2],"id":1}', '{"msg":[1,2], "id":1}'],
    ['text before fields', 'INFO main.go:5 ready {"port":80}', 'INFO main.go:5 ready {"port":80}'],
    ['a line that is cut', '{"msg":"read', '{"msg":"read'],
    ['no JSON', '{"msg":ready}', '{"msg":ready}'],
    ['text', 'up {}', 'up {}'],
  ])('of %s', (_, line, message) => {
    expect(loggedMessage(line)).toBe(message);
  });
});
