/** Draws a line across a small canvas, sharp on any screen. Non-finite numbers leave gaps. */
export function sparkline(
  canvas: HTMLCanvasElement,
  values: readonly (number | null)[],
  color: string,
): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext('2d')!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const step = width / Math.max(1, values.length - 1);
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.25;
  ctx.beginPath();
  let down = false;
  for (const [i, value] of values.entries()) {
    if (value === null) down = false;
    else {
      const y = span === 0 ? height / 2 : height - 2 - ((value - low) / span) * (height - 4);
      if (down) ctx.lineTo(i * step, y);
      else ctx.moveTo(i * step, y);
      down = true;
    }
  }
  ctx.stroke();
}
