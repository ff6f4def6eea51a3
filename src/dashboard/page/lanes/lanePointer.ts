/** What the pointer does in the lanes; cells are their place in the order and their slice. */
export interface LanePointer {
  readonly cellAt: (x: number, y: number) => readonly [place: number, slice: number] | undefined;
  readonly onMove: (at: readonly [number, number] | undefined) => void;
  /** @param isDone whether the pointer was let go */
  readonly onSelect: (from: number, to: number, isDone: boolean) => void;
  readonly onOpen: (at: readonly [number, number]) => void;
}

const DRAG = 4; // CSS pixels: less is a click

/** Dragging selects a window, a click opens the chart. */
export function bindLanePointer(field: HTMLElement, { cellAt, onMove, onSelect, onOpen }: LanePointer): void {
  let from: { readonly x: number; readonly at: readonly [number, number] } | undefined;
  const placeOf = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const { left, top } = field.getBoundingClientRect();
    return [clientX - left - field.clientLeft, clientY - top - field.clientTop];
  };
  let isDragged = false;
  const select = (x: number, isDone: boolean): void => {
    const slice = cellAt(Math.max(0, x), 0)?.[1];
    if (from === undefined || slice === undefined) return;
    onSelect(Math.min(from.at[1], slice), Math.max(from.at[1], slice), isDone);
  };
  field.addEventListener('pointerdown', (event) => {
    const at = cellAt(...placeOf(event));
    if (event.button !== 0 || at === undefined || placeOf(event)[0] >= field.clientWidth) return;
    from = { x: event.clientX, at };
    isDragged = false;
    if (event.pointerType === 'mouse') field.setPointerCapture(event.pointerId);
  });
  field.addEventListener('pointermove', (event) => {
    const [x, y] = placeOf(event);
    const at = cellAt(x, from === undefined ? y : Math.max(0, y));
    onMove(at);
    if (from === undefined) return;
    if (Math.abs(event.clientX - from.x) > DRAG) isDragged = true;
    if (isDragged) select(x, false);
  });
  field.addEventListener('pointerup', (event) => {
    if (from !== undefined && isDragged) select(placeOf(event)[0], true);
    else if (from !== undefined) onOpen(from.at);
    from = undefined;
  });
  field.addEventListener('pointercancel', () => {
    from = undefined;
  });
  field.addEventListener('pointerleave', () => {
    if (from === undefined) onMove(undefined);
  });
}
