import { RxAnomalyError } from '../../core/errors.ts';

/** @throws RxAnomalyError SERVER where it cannot listen there, naming the option that decides */
export function cannotListen(error: unknown, host: string, port: number): never {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(error instanceof RxAnomalyError && cause instanceof Error)) throw error;
  const code = 'code' in cause ? cause.code : undefined;
  const message =
    code === 'EADDRINUSE'
      ? `--port ${port}: another program listens there; --port names another, 0 any free one`
      : code === 'EACCES'
        ? `--port ${port}: this process may not listen there; --port names another, 0 any free one`
        : `--host ${host}: cannot be listened at: ${cause.message}; name an address of this machine, such as 127.0.0.1`;
  throw new RxAnomalyError('SERVER', message, { cause });
}
