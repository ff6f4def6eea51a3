import { find } from '../dom.ts';
import type { LiveChart } from '../liveChart.ts';

/** The buttons above the chart of the selected stream, its choice of a dimension, and its keys. */
export function bindChartControls(
  chart: () => LiveChart | undefined,
  { toggleLive, undoMark }: { readonly toggleLive: () => void; readonly undoMark: () => void },
): void {
  find('.live').addEventListener('click', toggleLive);
  const buttons: Readonly<Record<string, () => void>> = {
    earlier: () => chart()?.pan(-0.5),
    later: () => chart()?.pan(0.5),
    closer: () => chart()?.scale(0.5),
    wider: () => chart()?.scale(2),
  };
  for (const [name, action] of Object.entries(buttons)) find(`.${name}`).addEventListener('click', action);
  find('select.dimension').addEventListener('change', ({ target }) =>
    chart()?.showDimension(Number((target as HTMLSelectElement).value)),
  );
  find('.chart').addEventListener('keydown', (event) => {
    const shown = chart();
    if (shown === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (event.shiftKey ? shown.pan(-0.25) : shown.step(-1)),
      ArrowRight: () => (event.shiftKey ? shown.pan(0.25) : shown.step(1)),
      '+': () => shown.scale(0.5),
      '=': () => shown.scale(0.5),
      '-': () => shown.scale(2),
      '0': () => shown.follow(true),
      m: () => find('.toolbar .missed').click(),
      u: undoMark,
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
