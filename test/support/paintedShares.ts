import type { Page } from 'playwright-core';

/** How much of each canvas that `selector` names is not transparent, 0 … 1. */
export function paintedShares(page: Page, selector: string): Promise<number[]> {
  return page.locator(selector).evaluateAll((canvases) =>
    canvases.map((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return data.filter((byte, i) => i % 4 === 3 && byte > 0).length / (width * height);
    }),
  );
}
