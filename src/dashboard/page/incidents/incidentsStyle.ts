/** The style of the list of incidents, and of what people do about them. */
export const incidentsStyle: string = `
.choices { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; font-size: 13px; margin-bottom: 0.75rem; }
textarea, .choices input:not([type="checkbox"]) { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--rule); border-radius: 6px; padding: 0.2rem 0.5rem; max-width: 100%; }
.choices .incident-text { width: 9rem; }
.range { display: inline-flex; flex-wrap: wrap; gap: 0.25rem; align-items: center; }

.incidents :is(th, td) { padding-inline: 0.5rem; white-space: normal; }
.incidents :is(th, td):first-child { padding-left: 0; }
.incidents thead th { white-space: nowrap; z-index: 1; }
.incidents tbody tr { cursor: auto; }
.incidents tbody tr > * { border-bottom: 1px solid var(--rule); }
.incidents tbody:has(.more-row) tr:first-child > * { border-bottom-color: transparent; }
.incidents tr[aria-current] > td { background: var(--ground); }
.incidents tbody:last-child tr:last-child > * { border-bottom: 0; }
.incidents tbody.open tr:first-child td:first-child { box-shadow: inset 3px 0 0 var(--high); padding-left: 0.6rem; }
.incidents .zoom { text-align: left; min-width: 5.25rem; }
.incidents .severity { white-space: nowrap; }
.incidents .lasts { min-width: 5.25rem; }
.incidents .reason { min-width: 8rem; font-size: 12px; }
.incidents .value span { white-space: nowrap; }
.incidents .name { width: 100%; max-width: 0; min-width: 8rem; }
.incidents .name > div { display: flex; position: relative; white-space: pre; }
.incidents .name .start { overflow: hidden; text-overflow: ellipsis; }
.incidents .name .end { flex: none; }
.incidents .say { position: sticky; right: 0; background: var(--surface); min-width: 12.75rem; }
.incidents thead .say { z-index: 2; }
.acknowledged td { color: var(--muted); }
.say .line { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; }
.say .line + .line { margin-top: 0.25rem; }
.say .mark { color: var(--muted); font-size: 12px; }
.say .mark:empty { display: none; }
.say button { font-size: 12px; padding: 0.05rem 0.5rem; color: var(--text); }
.say button[aria-pressed="true"] { color: var(--link); border-color: var(--link); }
.note-text { display: block; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 6rem; overflow-y: auto; padding-left: 0.5rem; border-left: 2px solid var(--rule); color: var(--text); }
.details { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem; padding-bottom: 0.5rem; }
.details label { flex: 1 1 16rem; color: var(--muted); }
.details textarea { display: block; width: 100%; }
.pages { display: flex; align-items: center; justify-content: end; gap: 0.75rem; margin: 0.5rem 0 0; font-size: 13px; color: var(--muted); }
.pages button { color: var(--text); }
.mutes, .missed-marks { list-style: none; margin: 0 0 0.75rem; padding: 0; font-size: 13px; }
.missed-marks { margin: 0.5rem 0 0; }
.mutes, .missed-marks { max-height: 6.5rem; overflow-y: auto; }
.mutes li, .missed-marks li { margin-top: 0.25rem; overflow-wrap: anywhere; }
.mutes button, .missed-marks button { font-size: 12px; padding: 0.05rem 0.5rem; }

@media (max-width: 44rem) {
  .choices :is(select, input:not([type="checkbox"]), button), .pages button { min-height: 2.25rem; }
  .choices .incident-text { flex: 1 1 8rem; }
  .incidents thead { position: absolute; left: -999rem; }
  .incidents, .incidents tbody { display: block; }
  .incidents tbody tr { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.1rem 0.75rem; padding: 0.6rem 0; border-bottom: 1px solid var(--rule); }
  .incidents tbody tr > td, .incidents tbody.open tr:first-child td:first-child { display: block; border: 0; padding: 0; box-shadow: none; min-width: 0; }
  .incidents tbody.open tr:first-child { box-shadow: inset 3px 0 0 var(--high); padding-left: 0.6rem; }
  .incidents tbody:has(.more-row) tr:first-child { border-bottom: 0; }
  .incidents tbody .name { max-width: none; font-weight: 500; }
  .incidents tbody .reason { grid-column: 1 / -1; }
  .incidents tbody .say { position: static; grid-column: 1 / -1; margin-top: 0.35rem; }
  .incidents tbody .more-row { grid-template-columns: minmax(0, 1fr); }
  .incidents .say button, .details button, .mutes button, .missed-marks button { min-height: 2.25rem; padding-inline: 0.75rem; }
  .incidents tbody .zoom { padding: 0; min-height: 1.5rem; }
}
`;
