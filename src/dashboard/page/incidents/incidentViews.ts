import type { WireHello, WireIncident } from '../wire.ts';
import { GroupList, type GroupListEvents } from './groupList.ts';
import { IncidentList, type IncidentListEvents } from './incidentList.ts';
import { type Stretches, WhatIf } from './whatIf.ts';

/** All that shows incidents: the list, the groups, and what another threshold would leave of them. */
export class IncidentViews extends IncidentList {
  readonly #groups: GroupList;
  readonly #whatIf: WhatIf;

  constructor(events: IncidentListEvents & GroupListEvents & { readonly stretches: Stretches }) {
    super(events);
    this.#groups = new GroupList(events);
    this.#whatIf = new WhatIf(events.stretches, (ids) => this.dim(ids));
  }

  begin(hello: WireHello): void {
    this.clear(hello);
    this.#groups.clear();
    this.#whatIf.begin(hello.threshold);
  }

  override take(incidents: readonly WireIncident[]): void {
    super.take(incidents);
    this.#groups.take(incidents);
    this.#whatIf.take(incidents);
  }
}
