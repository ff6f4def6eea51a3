import { firstValueFrom, fromEvent, race, timer } from 'rxjs';
import type { StopSignal } from '../core/stopSignal.ts';

/** Resolves after so many milliseconds, or once `signal` is aborted. */
export async function pause(wait: number, signal: StopSignal): Promise<void> {
  if (!signal.aborted) await firstValueFrom(race(timer(wait), fromEvent(signal as AbortSignal, 'abort')));
}
