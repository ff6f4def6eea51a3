import { kernelRefusal } from './wasm/loadKernel.ts';

let fallbacks = 0;
let reason = '';

/** What `'auto'` is for a network that the kernel can run. Where there is no kernel, {@link noticeFallback} reports why. */
export function autoEngine(): 'wasm' | 'reference' {
  const refusal = kernelRefusal();
  if (refusal === undefined) return 'wasm';
  fallbacks++;
  reason = refusal;
  return 'reference';
}

/** Creates models, and gives the reason where `'auto'` became the reference engine in one of them for want of a kernel. */
export function noticeFallback<T>(create: () => T): readonly [made: T, reason: string | undefined] {
  const before = fallbacks;
  const made = create();
  return [made, fallbacks > before ? reason : undefined];
}
