import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadTfjsNode } from 'rx-anomaly/numerics';
import { compileC } from './peers/c.js';
import { findPytorch } from './peers/pytorch.js';

/** @import { Peers } from './cases.js' */

/**
 * The peers that this machine has, and why others are missing.
 *
 * @param {string} folder for temporary files
 * @param {string} [other] folder of another build, its `dist`
 * @returns {Promise<{ peers: Peers, notes: string[] }>}
 */
export async function findPeers(folder, other) {
  /** @type {string[]} */
  const notes = [];
  /** @type {Peers} */
  const peers = { folder };
  try {
    const programs = compileC(folder);
    peers.c128 = programs['C, 128 bit'];
    peers.avx2 = programs['C, AVX2'];
    notes.push('C: compiled with gcc -O3');
  } catch (error) {
    notes.push(`C: skipped, gcc does not compile it here (${firstLine(error)})`);
  }
  try {
    peers.tf = await loadTfjsNode();
    notes.push('TensorFlow.js: all of it on the native binding, one thread');
  } catch (error) {
    notes.push(`TensorFlow.js: skipped, ${firstLine(error)}`);
  }
  const torch = findPytorch();
  if (torch) {
    notes.push(`PyTorch: ${torch.version}, one thread`);
    peers.pytorch = (problem) => torch.create(problem, folder);
  } else {
    notes.push('PyTorch: skipped, no python3 here finds torch');
  }
  if (other !== undefined) {
    peers.other = await import(pathToFileURL(resolve(other, 'index.js')).href);
    notes.push(`the other build: ${other}`);
  }
  return { peers, notes };
}

/** @param {unknown} error */
function firstLine(error) {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
