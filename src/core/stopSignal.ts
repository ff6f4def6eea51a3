/** What is used of an `AbortSignal`: a type of its own, because projects without `dom` and Node's types have none. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
