/** The style of the swim lanes. */
export const lanesStyle = `
.lanes .choices { margin-bottom: 0.5rem; }
.lanes .group { display: inline-flex; gap: 0.25rem; }
.lanes button[aria-pressed="true"] { color: var(--link); border-color: var(--link); }
.lanes .where { min-height: 1.5em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lanes .field { position: relative; overflow-y: auto; overflow-x: hidden; resize: vertical; max-height: 80vh; min-height: 3rem; cursor: crosshair; touch-action: pan-y; }
.lanes .space { position: relative; }
.lanes canvas { position: sticky; top: 0; display: block; width: 100%; }
.key-of-lanes { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; font-size: 12px; margin-top: 0.35rem; }
.key-of-lanes .scale { display: inline-flex; height: 10px; }
.key-of-lanes .scale canvas { position: static; width: 160px; height: 10px; }
.lanes .ranking { margin-top: 0.75rem; }
.lanes .ranking .scroll { max-height: 11rem; margin-top: 0.5rem; }
.lanes .open { border: 0; background: none; padding: 0.1rem 0; color: var(--link); text-align: left; }
@media (max-width: 44rem) {
  .lanes .choices button, .lanes .choices select { min-height: 2.25rem; }
}
`;
