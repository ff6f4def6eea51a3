import { pageTimeZone } from '../../charts/formatTime.ts';
import { find, make } from './dom.ts';

const KEPT_AS = 'rx-anomaly: times in';

/** On whose clocks times are shown: UTC, those of the browser, or those that the server was started with. */
export class ZoneSwitch {
  /** @param onChange called when another zone was chosen */
  constructor(onChange: () => void) {
    const choice = find<HTMLSelectElement>('select.zone');
    const served = pageTimeZone();
    const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const zones = new Map([['UTC', 'UTC']]);
    if (!zones.has(local)) zones.set(local, `local (${local})`);
    if (!zones.has(served)) zones.set(served, served);
    for (const [zone, name] of zones) {
      const option = make('option', '', name);
      option.value = zone;
      choice.append(option);
    }
    const kept = recall();
    choice.value = kept !== undefined && zones.has(kept) ? kept : served;
    choice.disabled = zones.size === 1;
    choice.title = zones.size === 1 ? 'The clock of this browser shows UTC, too' : '';
    applyZone(choice.value);
    choice.addEventListener('change', () => {
      remember(choice.value);
      applyZone(choice.value);
      onChange();
    });
  }
}

function applyZone(zone: string): void {
  document.documentElement.dataset.timeZone = zone;
  for (const place of document.querySelectorAll('.zone-name')) place.textContent = zone;
}

/** A browser may forbid it: then the choice holds until the page is closed. */
function remember(zone: string): void {
  try {
    localStorage.setItem(KEPT_AS, zone);
  } catch {}
}

function recall(): string | undefined {
  try {
    return localStorage.getItem(KEPT_AS) ?? undefined;
  } catch {
    return undefined;
  }
}
