import { RxAnomalyError } from '../core/errors.ts';

/** A failed request; code SERVER. */
export class ServerFailure extends RxAnomalyError {
  /** Whether the same request may succeed later: the server was away, overloaded or cut off. */
  readonly isTransient: boolean;

  constructor(message: string, isTransient: boolean, options?: ErrorOptions) {
    super('SERVER', message.replace(/\s*\n\s*/g, ' ').trim(), options);
    this.name = 'ServerFailure';
    this.isTransient = isTransient;
  }
}
