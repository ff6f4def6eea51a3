import { describeWithServer } from './describeWithServer.ts';
import { EXECUTABLE, type Influxd, makeInfluxd } from './influxServer.js';

export type { Influxd } from './influxServer.js';

/** Runs `body` with an influxd: see {@link describeWithServer}. */
export function describeWithInfluxd(title: string, body: (influxd: () => Influxd) => void): void {
  const kind = { executable: EXECUTABLE, probe: ['version'], debian: 'influxdb', make: makeInfluxd };
  describeWithServer(kind, title, body);
}
