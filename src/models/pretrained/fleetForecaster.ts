import type { ForecasterFactory } from '../forecaster.ts';

let offered: (() => ForecasterFactory | undefined) | undefined;

/**
 * The default forecaster of a fleet, the pre-trained network; undefined before its weights were loaded. Here and not imported, so
 * that a program which never loads them does not have the network's code either.
 */
export function fleetForecaster(): ForecasterFactory | undefined {
  return offered?.();
}

/** Called by what has the network. */
export function offerFleetForecaster(create: () => ForecasterFactory | undefined): void {
  offered = create;
}
