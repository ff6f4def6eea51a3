// A hand-written LSTM on Float32Arrays, one series: what plain JavaScript can do. Answers the lines of
// childContestant.js. Weights are rows of 4H, so that the inner loops run through memory.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { startWatch } from '../stopwatch.js';

const { buffer, byteOffset, length } = readFileSync(process.argv[2]);
const numbers = new Float64Array(buffer.slice(byteOffset, byteOffset + length));
const [H, T, stride, , period, count] = numbers;
const initial = numbers.subarray(6, 6 + count);
const input = Float32Array.from(numbers.subarray(6 + count));
const G = 4 * H;
const ROWS = H + 3; // h, input, 1, 1
const HEAD = ROWS * G;
const SIZE = HEAD + H + 1;

const weight = new Float32Array(SIZE); // (ROWS, 4H), then the head's weight (H) and bias
for (let k = 0; k < G; k++) {
  for (let j = 0; j < H; j++) weight[j * G + k] = initial[G + k * H + j];
  weight[H * G + k] = initial[k];
  weight[(H + 1) * G + k] = initial[G + G * H + k];
  weight[(H + 2) * G + k] = initial[2 * G + G * H + k];
}
for (let k = 0; k <= H; k++) weight[HEAD + k] = initial[3 * G + G * H + k];
const gradient = new Float32Array(SIZE);
const mean = new Float32Array(SIZE);
const meanSquare = new Float32Array(SIZE);

const perStep = (/** @type {number} */ size) => Array.from({ length: T + 1 }, () => new Float32Array(size));
const v = perStep(ROWS); // of the window: h before the step, input, 1, 1
const c = perStep(H); // before the step
const gates = perStep(G);
const shown = perStep(H);
const pastH = perStep(H); // ring of the states before the newest events
const pastC = perStep(H);
const nowV = new Float32Array(ROWS);
const nowGates = new Float32Array(G);
const nowShown = new Float32Array(H);
const dz = perStep(G);
const dh = new Float32Array(H);
const dc = new Float32Array(H);
for (const x of [...v, nowV]) x.fill(1, H + 1);
let events = 0;
let updates = 0;

/** @type {(v: Float32Array, c: Float32Array, gates: Float32Array, shown: Float32Array, nextC: Float32Array, nextH: Float32Array) => void} */
function forward(v, c, gates, shown, nextC, nextH) {
  gates.fill(0);
  for (let r = 0; r + 1 < ROWS; r += 2) {
    const x = v[r];
    const y = v[r + 1];
    const at = r * G;
    for (let k = 0; k < G; k++) gates[k] += x * weight[at + k] + y * weight[at + G + k];
  }
  if (ROWS % 2 === 1) {
    const x = v[ROWS - 1];
    for (let k = 0, at = (ROWS - 1) * G; k < G; k++) gates[k] += x * weight[at + k];
  }
  for (let j = 0; j < H; j++) {
    const i = 1 / (1 + Math.exp(-gates[j]));
    const f = 1 / (1 + Math.exp(-gates[H + j]));
    const g = Math.tanh(gates[2 * H + j]);
    const o = 1 / (1 + Math.exp(-gates[3 * H + j]));
    const cell = f * c[j] + i * g;
    const show = Math.tanh(cell);
    gates[j] = i;
    gates[H + j] = f;
    gates[2 * H + j] = g;
    gates[3 * H + j] = o;
    nextC[j] = cell;
    shown[j] = show;
    nextH[j] = o * show;
  }
}

function head(/** @type {Float32Array} */ h) {
  let sum = weight[HEAD + H];
  for (let j = 0; j < H; j++) sum += weight[HEAD + j] * h[j];
  return sum;
}

/** @type {(gates: Float32Array, c: Float32Array, shown: Float32Array, h: Float32Array, dy: number, dz: Float32Array) => void} */
function cellBack(gates, c, shown, h, dy, dz) {
  for (let j = 0; j < H; j++) {
    gradient[HEAD + j] += dy * h[j];
    const i = gates[j];
    const f = gates[H + j];
    const g = gates[2 * H + j];
    const o = gates[3 * H + j];
    const show = shown[j];
    const d = dh[j] + dy * weight[HEAD + j];
    const cell = dc[j] + d * o * (1 - show * show);
    dz[j] = cell * g * i * (1 - i);
    dz[H + j] = cell * c[j] * f * (1 - f);
    dz[2 * H + j] = cell * i * (1 - g * g);
    dz[3 * H + j] = d * show * o * (1 - o);
    dc[j] = cell * f;
  }
}

function affineBack(/** @type {Float32Array} */ dz) {
  for (let j = 0; j < H; j++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = 0, at = j * G; k < G; k += 4) {
      s0 += dz[k] * weight[at + k];
      s1 += dz[k + 1] * weight[at + k + 1];
      s2 += dz[k + 2] * weight[at + k + 2];
      s3 += dz[k + 3] * weight[at + k + 3];
    }
    dh[j] = s0 + s1 + (s2 + s3);
  }
}

/** gradient += v·dzᵀ, two steps at a time. */
function outer(/** @type {number} */ t) {
  const [v0, v1, d0, d1] = [v[t], v[t + 1], dz[t], dz[t + 1]];
  for (let r = 0; r < ROWS; r++) {
    const x = v0[r];
    const y = v1[r];
    for (let k = 0, at = r * G; k < G; k++) gradient[at + k] += x * d0[k] + y * d1[k];
  }
}

function adam() {
  let squares = 0;
  for (let k = 0; k < SIZE; k++) squares += gradient[k] * gradient[k];
  const scale = Math.min(1, 1 / (Math.sqrt(squares) + 1e-6));
  updates++;
  const step = 1e-3 / (1 - 0.9 ** updates);
  const correction = 1 / Math.sqrt(1 - 0.999 ** updates);
  for (let k = 0; k < SIZE; k++) {
    const g = gradient[k] * scale;
    const m = 0.9 * mean[k] + 0.1 * g;
    const s = 0.999 * meanSquare[k] + 0.001 * g * g;
    mean[k] = m;
    meanSquare[k] = s;
    weight[k] -= (step * m) / (Math.sqrt(s) * correction + 1e-8);
  }
}

function learn() {
  const first = events - T;
  const reuses = stride === T;
  if (!reuses) {
    v[0].set(pastH[first % (T + 1)]);
    c[0].set(pastC[first % (T + 1)]);
    for (let t = 0; t < T; t++) {
      v[t][H] = input[(first + t) % period];
      forward(v[t], c[t], gates[t], shown[t], c[t + 1], v[t + 1]);
    }
  }
  gradient.fill(0);
  dh.fill(0);
  dc.fill(0);
  for (let t = T - 1; t >= 0; t--) {
    const dy = (2 * (head(v[t + 1]) - input[(first + t + 1) % period])) / T;
    gradient[HEAD + H] += dy;
    cellBack(gates[t], c[t], shown[t], v[t + 1], dy, dz[t]);
    if (t > 0) affineBack(dz[t]);
  }
  for (let t = 0; t < T; t += 2) outer(t);
  adam();
  if (reuses) {
    v[0].set(v[T].subarray(0, H));
    c[0].set(c[T]);
  }
}

function event() {
  if (events >= T && events % stride === 0) learn();
  const x = input[events % period];
  if (stride === T) {
    const t = events++ % T;
    v[t][H] = x;
    forward(v[t], c[t], gates[t], shown[t], c[t + 1], v[t + 1]);
    return head(v[t + 1]);
  }
  const now = events % (T + 1);
  const next = ++events % (T + 1);
  nowV.set(pastH[now]);
  nowV[H] = x;
  forward(nowV, pastC[now], nowGates, nowShown, pastC[next], pastH[next]);
  return head(pastH[next]);
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, runs] = line.split(' ');
  let output = 0;
  const elapsed = startWatch();
  for (let k = Number(runs); k > 0; k--) output = event();
  console.log(command === 'time' ? elapsed() : output);
}
