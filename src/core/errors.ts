/** Stable codes: programs may switch on them, messages may change. */
export type ErrorCode =
  | 'BAD_OPTION' // an option is wrong; thrown when the operator or model is made
  | 'BAD_DATA' // an event is wrong and the stream's policy is 'error'
  | 'BAD_INPUT' // a file or a source cannot be read, or a file not be written
  | 'SERVER' // a server does not answer, or refuses a request
  | 'NO_ENGINE' // an engine is not available on this machine; the message says how to get it
  | 'NO_NODE' // what was called needs a module of Node's, and this is a browser
  | 'LOCKED' // a folder of states is used by another process; the message names it
  | 'OVERTAKEN' // another process has what this one was about to write to
  | 'TRIMMED' // events that are needed are no longer in the log
  | 'BAD_SNAPSHOT'; // a snapshot is damaged, of another version or of another configuration

/** What an error follows from; ES2022 calls it `ErrorOptions`, which a user's older `lib` lacks. */
export interface Cause {
  readonly cause?: unknown;
}

/** Every error that rx-anomaly raises on purpose. `message` is one line and fit to be shown to a user. */
export class RxAnomalyError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: Cause) {
    super(message, options);
    this.name = 'RxAnomalyError';
    this.code = code;
  }
}

/** The message of an error in one line: that of JSON.parse may hold line breaks of the file. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}

/** What the file system refused, in words; undefined for any other error. */
export function fileFault(error: unknown): string | undefined {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
      return 'no such file';
    case 'EISDIR':
      return 'it is a directory';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in the place of a folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return undefined;
  }
}
