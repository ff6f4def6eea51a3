/** The style of the swim lanes. */
export const lanesStyle = `
.lanes .choices { margin-bottom: 0.5rem; }
.lanes .group { display: inline-flex; gap: 0.25rem; }
.lanes button[aria-pressed="true"] { color: var(--link); border-color: var(--link); }
.lanes .where { min-height: 1.5em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lanes .field { position: relative; overflow-y: auto; overflow-x: hidden; resize: vertical; max-height: 80vh; min-height: 3rem; cursor: crosshair; touch-action: pan-y; }
.lanes .space { position: relative; }
.lanes canvas { position: sticky; top: 0; display: block; width: 100%; }
.together .one { margin-top: 0.5rem; }
.together .one .caption { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem; }
.together .caption strong { color: var(--text); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.together .caption .muted { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-variant-numeric: tabular-nums; }
.together .remove { margin-left: auto; padding: 0 0.5rem; }
.together .group { display: inline-flex; gap: 0.25rem; }
.together button[aria-pressed="true"] { color: var(--link); border-color: var(--link); }
.together:focus { outline: none; }
.groups { font-size: 13px; margin-bottom: 0.5rem; }
.groups details { border-left: 3px solid var(--rule); padding: 0.15rem 0 0.15rem 0.6rem; margin-bottom: 0.25rem; }
.groups details.open-now { border-color: var(--high); }
.groups summary, .what-if summary { cursor: pointer; overflow-wrap: anywhere; }
.groups ol { list-style: none; margin: 0.25rem 0; padding: 0 0 0 1rem; }
.groups .dot { display: inline-block; margin-right: 0.5em; }
.groups .zoom { border: 0; background: none; padding: 0.1rem 0; color: var(--link); }
.what-if { font-size: 13px; margin-bottom: 0.5rem; color: var(--muted); }
.what-if output { flex: 1 1 20rem; color: var(--text); }
.what-if input { vertical-align: middle; width: 12rem; max-width: 60vw; }
tr.would-go > *, tr.would-go + .why > * { opacity: 0.4; }
.key-of-lanes { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; font-size: 12px; margin-top: 0.35rem; }
.key-of-lanes .scale { display: inline-flex; height: 10px; }
.key-of-lanes .scale canvas { position: static; width: 160px; height: 10px; }
.lanes .ranking { margin-top: 0.75rem; }
.lanes .ranking .scroll { max-height: 11rem; margin-top: 0.5rem; }
.lanes .open { display: flex; position: relative; white-space: pre; border: 0; background: none; padding: 0.1rem 0; color: var(--link); text-align: left; }
.ranking .name { width: 100%; max-width: 0; min-width: 8rem; }
.ranking .start { overflow: hidden; text-overflow: ellipsis; }
.ranking .end { flex: none; }
.ranking .window { overflow-wrap: anywhere; }
.ranking th { white-space: normal; }
@media (max-width: 44rem) {
  .lanes .choices button, .lanes .choices select { min-height: 2.25rem; }
}
`;
