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
.incidents tbody tr:hover { background: none; }
.incidents tbody tr > * { border-bottom: 0; vertical-align: top; }
.incidents tbody:has([aria-current]) td { background: var(--ground); }
.incidents tbody.open tr:not(.more-row) td:first-child { box-shadow: inset 3px 0 0 var(--high); padding-left: 0.6rem; }
.incidents .why td { padding-top: 0; }
.incidents .zoom { text-align: left; min-width: 5.25rem; }
.incidents .severity { white-space: nowrap; }
.incidents .lasts { min-width: 5.25rem; }
.incidents .reason { font-size: 12px; overflow-wrap: anywhere; }
.incidents .value span { white-space: nowrap; }
.incidents .name { width: 100%; max-width: 0; min-width: 8rem; }
.incidents .name > div { display: flex; position: relative; white-space: pre; }
.incidents .name .start { overflow: hidden; text-overflow: ellipsis; }
.incidents .name .end { flex: none; }
.incidents .say { min-width: 12.75rem; }
.scroll:has(> .incidents) { container-type: inline-size; }
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
.missed-marks, .lasting-changes { margin: 0.5rem 0 0; }
.lasting-changes { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.4rem; list-style: none; padding: 0; font-size: 13px; max-height: 6.5rem; overflow-y: auto; }
.lasting-changes::before { content: "Lasting changes:"; font-weight: 600; }
.lasting-changes button { font-size: 12px; padding: 0.05rem 0.5rem; color: var(--link); }
.mutes, .missed-marks { max-height: 6.5rem; overflow-y: auto; }
.mutes li, .missed-marks li { margin-top: 0.25rem; overflow-wrap: anywhere; }
.mutes button, .missed-marks button { font-size: 12px; padding: 0.05rem 0.5rem; }

@media (max-width: 44rem) {
  .choices :is(select, input:not([type="checkbox"]), button), .pages button { min-height: 2.25rem; }
  .choices .incident-text { flex: 1 1 8rem; }
  .incidents .say button, .details button, .mutes button, .missed-marks button, .lasting-changes button { min-height: 2.25rem; padding-inline: 0.75rem; }
  .lasting-changes { max-height: 13rem; }
  .incidents tbody .zoom { padding: 0; min-height: 1.5rem; }
}
@container (min-width: 47rem) {
  .incidents tbody tr:last-child > *, .incidents .say { border-bottom: 1px solid var(--rule); }
  .incidents tbody:has(.more-row) .say, .incidents tbody:last-child :is(tr:last-child > *, .say) { border-bottom: 0; }
}
@container (max-width: 46.99rem) {
  .incidents thead { position: absolute; left: -999rem; }
  .incidents { display: block; }
  .incidents tbody { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.1rem 0.75rem; padding: 0.6rem 0; border-bottom: 1px solid var(--rule); }
  .incidents tbody:last-child { border-bottom: 0; }
  .incidents tbody tr { display: contents; }
  .incidents tbody tr > td, .incidents tbody.open tr:not(.more-row) td:first-child { display: block; border: 0; padding: 0; box-shadow: none; min-width: 0; }
  .incidents tbody.open { box-shadow: inset 3px 0 0 var(--high); padding-left: 0.6rem; }
  .incidents tbody:has([aria-current]) { background: var(--ground); }
  .incidents tbody .name { max-width: none; font-weight: 500; }
  .incidents tbody :is(.reason, .say, .more-row td) { grid-column: 1 / -1; }
  .incidents tbody .say { order: 1; margin-top: 0.35rem; }
  .incidents tbody .more-row td { order: 2; }
}
`;
