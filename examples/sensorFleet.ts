// A fleet: one model per machine, several dimensions each, and which of them is to blame.
import { detectAnomalies } from 'rx-anomaly';
import { from } from 'rxjs';

const DIMENSIONS = ['temperature', 'speed', 'vibration'];
const MINUTE = 60_000;

function* readings() {
  for (let minute = 0; minute < 1500; minute++) {
    for (const machine of ['lathe', 'press', 'saw']) {
      if (machine === 'press' && minute >= 700) continue; // taken out of service
      const load = Math.sin(minute / 20 + machine.length) + 0.1 * Math.sin(7 * minute * minute);
      yield {
        machine,
        at: minute * MINUTE,
        temperature: 60 + 5 * load,
        speed: 900 + 100 * load,
        vibration: machine === 'saw' && minute >= 1200 && minute < 1210 ? 4 : 1.5 + 0.3 * load,
      };
    }
  }
}

from(readings())
  .pipe(
    detectAnomalies({
      key: (reading) => reading.machine,
      time: (reading) => reading.at,
      value: (reading) => [reading.temperature, reading.speed, reading.vibration],
      idleTimeout: 60 * MINUTE,
      onEvict: ({ key, reason }) => console.log(`${key}: its model was evicted (${reason})`),
    }),
  )
  .subscribe(({ startOfIncident, event, severity, attribution }) => {
    if (!startOfIncident) return;
    const shares = DIMENSIONS.map((name, d) => `${name} ${Math.round(100 * attribution[d])} %`);
    console.log(`${event.machine} at minute ${event.at / MINUTE}: ${severity}; ${shares.join(', ')}`);
  });
