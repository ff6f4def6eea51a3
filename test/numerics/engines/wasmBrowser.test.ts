import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { ReferenceEngine } from '../../../src/numerics/engines/reference.ts';
import { KERNEL as SIMD } from '../../../src/numerics/engines/wasm/built/simd.ts';
import { compileKernel, kernelBytes } from '../../../src/numerics/engines/wasm/kernel.ts';
import { WasmEngine } from '../../../src/numerics/engines/wasm/wasmEngine.ts';
import { initialise } from '../../../src/numerics/initialise.ts';
import type { NetworkConfig } from '../../../src/numerics/networkConfig.ts';
import { createParameters } from '../../../src/numerics/parameters.ts';
import { closeTo, toleranceOf } from '../../contracts/tolerance.ts';
import { describeWithChromium } from '../../support/environment/chromium.ts';
import { networkConfig } from '../../support/networkConfig.ts';

const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));
const ORIGIN = 'http://rx-anomaly.test/';
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  map: 'application/json',
};

const config = networkConfig({
  inputs: 3,
  hidden: 10,
  layers: 2,
  targets: 2,
  window: 5,
  delay: 1,
  skip: true,
  series: 3,
});

/** Runs in Node and, as its source text, in the page: 40 events with a sample after each that has one. */
function trace(engine: WasmEngine | ReferenceEngine, parameters: number[], config: NetworkConfig): number[] {
  const { series, inputs, targets, window } = config;
  const wave = (length: number, phase: number): Float64Array =>
    Float64Array.from({ length }, (_, k) => Math.fround(Math.sin(phase + k))); // rounded: sin may differ in the last bit
  engine.writeParameters(Float64Array.from(parameters));
  const output = new Float64Array(series * targets);
  const numbers: number[] = [];
  for (let event = 0; event < 40; event++) {
    engine.advanceInto(output, wave(series * inputs, event));
    numbers.push(...output);
    if (!engine.canLearn) continue;
    const sample = wave(series * window * targets, 2 * event);
    const report = engine.learn(sample, new Float64Array(sample.length).fill(1), 0.01);
    numbers.push(report.loss, report.gradientNorm);
  }
  numbers.push(...engine.readParameters());
  return numbers;
}

function startingParameters(): number[] {
  const parameters = createParameters(config);
  initialise(parameters, new Random(1), 1);
  return Array.from(parameters.flat);
}

/** A page that sees the built package under {@link ORIGIN} and nothing else. */
async function pageWithDist(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/*', async (route) => {
    const path = new URL(route.request().url()).pathname.slice(1);
    if (path === '') return route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
    const contentType = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain';
    return route.fulfill({ contentType, body: await readFile(DIST + path) });
  });
  await page.goto(ORIGIN);
  return page;
}

/** What {@link trace} gives in the page, with the built WasmEngine. */
async function traceInPage(browser: Browser, name: 'wasm' | 'wasm-relaxed'): Promise<number[]> {
  const page = await pageWithDist(browser);
  const script = `(async () => {
    const { loadKernelAsync } = await import('/numerics/engines/wasm/loadKernel.js');
    const { WasmEngine } = await import('/numerics/engines/wasm/wasmEngine.js');
    const config = ${JSON.stringify(config)};
    return (${trace})(new WasmEngine(config, await loadKernelAsync('${name}')), ${JSON.stringify(startingParameters())}, config);
  })()`;
  try {
    return await page.evaluate<number[]>(script);
  } finally {
    await page.close();
  }
}

describeWithChromium('the wasm engine in a browser', (browser) => {
  it('gives the same bits as in Node', async () => {
    const here = trace(
      new WasmEngine(config, compileKernel(kernelBytes(SIMD))),
      startingParameters(),
      config,
    );
    expect(await traceInPage(browser(), 'wasm')).toEqual(here);
  });

  it('gives the reference numbers with relaxed SIMD too', async () => {
    const there = await traceInPage(browser(), 'wasm-relaxed');
    const reference = trace(new ReferenceEngine(config), startingParameters(), config);
    closeTo(there, reference, toleranceOf('float32'), 'trace with relaxed SIMD');
  });
});
