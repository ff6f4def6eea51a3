// Many series, in blocks of SERIES that run through the whole window while they are in cache: structure of arrays,
// [row][SERIES]. Weights [unit][row][gate], and transposed for the way back.
#include "problem.h"

enum { SERIES = 2 * LANES };

typedef struct {
  int H, T, rows, blocks;
  float *v;     // (T + 1, rows, SERIES) of the block in work: h before the step, input, 1, 1, 0
  float *c;     // (T + 1, H, SERIES)
  float *gates; // (T, H, 4, SERIES)
  float *shown; // (T, H, SERIES)
  float *dz;    // (T, H, 4, SERIES)
  float *dh, *dc;       // (H, SERIES)
  float *pastH, *pastC; // (T + 1, blocks, H, SERIES) ring of states before the newest events
  float *transposed;    // (H / 4, 4H, 4)
  float *nowV, *nowGates, *nowShown;
} Batch;

static inline vec at(const float *block, int row, int half) { return load(block + row * SERIES + half * LANES); }

static void forward(const Net *net, const float *v, const float *c, float *gates, float *shown, float *nextC,
                    float *nextH) {
  const Batch *batch = net->own;
  const int rows = batch->rows - 1;
  for (int u = 0; u < batch->H; u++) {
    const float *w = net->weight + (size_t)u * batch->rows * 4;
    vec a[4] = {}, b[4] = {};
    for (int r = 0; r < rows; r++) {
      const vec x = at(v, r, 0), y = at(v, r, 1);
      for (int g = 0; g < 4; g++) {
        a[g] += w[4 * r + g] * x;
        b[g] += w[4 * r + g] * y;
      }
    }
    for (int g = 0; g < 4; g++) {
      store(gates + (4 * u + g) * SERIES, a[g]);
      store(gates + (4 * u + g) * SERIES + LANES, b[g]);
    }
  }
  for (int u = 0; u < batch->H; u++)
    for (int half = 0; half < 2; half++) {
      float *z = gates + 4 * u * SERIES + half * LANES;
      const int k = u * SERIES + half * LANES;
      const vec i = sigmoid(load(z)), f = sigmoid(load(z + SERIES));
      const vec g = hyperbolic(load(z + 2 * SERIES)), o = sigmoid(load(z + 3 * SERIES));
      const vec cell = f * load(c + k) + i * g, show = hyperbolic(cell);
      store(z, i);
      store(z + SERIES, f);
      store(z + 2 * SERIES, g);
      store(z + 3 * SERIES, o);
      store(nextC + k, cell);
      store(shown + k, show);
      store(nextH + k, o * show);
    }
}

static void headOf(const Net *net, const float *h, vec out[2]) {
  const int H = net->problem->hidden;
  const float *w = net->weight + (size_t)4 * H * ROWS(H);
  out[0] = out[1] = splat(w[H]);
  for (int k = 0; k < H; k++) {
    out[0] += w[k] * at(h, k, 0);
    out[1] += w[k] * at(h, k, 1);
  }
}

static void affineBack(const Net *net, const float *dz, float *dh) {
  const Batch *batch = net->own;
  const int H = batch->H;
  for (int r = 0; r < H; r += 4) {
    const float *w = batch->transposed + (size_t)r * 4 * H;
    vec a[4] = {}, b[4] = {};
    for (int k = 0; k < 4 * H; k++) {
      const vec x = at(dz, k, 0), y = at(dz, k, 1);
      for (int j = 0; j < 4; j++) {
        a[j] += w[4 * k + j] * x;
        b[j] += w[4 * k + j] * y;
      }
    }
    for (int j = 0; j < 4; j++) {
      store(dh + (r + j) * SERIES, a[j]);
      store(dh + (r + j) * SERIES + LANES, b[j]);
    }
  }
}

static void addGradient(const Net *net) {
  const Batch *batch = net->own;
  const int T = batch->T, H = batch->H, rows = batch->rows;
  for (int u = 0; u < H; u++)
    for (int r = 0; r < rows; r += 2) {
      vec a[4] = {}, b[4] = {};
      for (int t = 0; t < T; t++) {
        const float *dz = batch->dz + ((size_t)t * H + u) * 4 * SERIES;
        const float *v = batch->v + ((size_t)t * rows + r) * SERIES;
        for (int half = 0; half < 2; half++) {
          const vec x = at(v, 0, half), y = at(v, 1, half);
          for (int g = 0; g < 4; g++) {
            const vec d = at(dz, g, half);
            a[g] += x * d;
            b[g] += y * d;
          }
        }
      }
      float *out = net->gradient + ((size_t)u * rows + r) * 4;
      for (int g = 0; g < 4; g++) {
        out[g] += sum(a[g]);
        out[4 + g] += sum(b[g]);
      }
    }
}

static void inputsInto(float *v, const Net *net, long event, int block) {
  for (int s = 0; s < SERIES; s++) v[s] = input(net->problem, event, block * SERIES + s);
}

static float *past(float *ring, const Batch *batch, long event, int block) {
  return ring + ((size_t)(event % (batch->T + 1)) * batch->blocks + block) * batch->H * SERIES;
}

static void blockGradient(Net *net, int block) {
  Batch *batch = net->own;
  const Problem *problem = net->problem;
  const int T = batch->T, H = batch->H, rows = batch->rows;
  const size_t stateSize = (size_t)H * SERIES, vSize = (size_t)rows * SERIES;
  const long first = net->seen - T;
  memcpy(batch->v, past(batch->pastH, batch, first, block), 4 * stateSize);
  memcpy(batch->c, past(batch->pastC, batch, first, block), 4 * stateSize);
  for (int t = 0; t < T; t++) {
    inputsInto(batch->v + t * vSize + stateSize, net, first + t, block);
    forward(net, batch->v + t * vSize, batch->c + t * stateSize, batch->gates + t * 4 * stateSize,
            batch->shown + t * stateSize, batch->c + (t + 1) * stateSize, batch->v + (t + 1) * vSize);
  }
  const float *head = net->weight + (size_t)4 * H * rows;
  float *dHead = net->gradient + (size_t)4 * H * rows;
  memset(batch->dh, 0, 4 * stateSize);
  memset(batch->dc, 0, 4 * stateSize);
  const float mean = 2.0f / ((float)T * problem->series);
  for (int t = T - 1; t >= 0; t--) {
    const float *h = batch->v + (t + 1) * vSize, *gates = batch->gates + t * 4 * stateSize;
    float target[SERIES] __attribute__((aligned(64)));
    vec dy[2];
    inputsInto(target, net, first + t + 1, block);
    headOf(net, h, dy);
    for (int half = 0; half < 2; half++) {
      dy[half] = mean * (dy[half] - load(target + half * LANES));
      dHead[H] += sum(dy[half]);
    }
    float *dz = batch->dz + t * 4 * stateSize;
    for (int u = 0; u < H; u++) {
      dHead[u] += sum(dy[0] * at(h, u, 0) + dy[1] * at(h, u, 1));
      for (int half = 0; half < 2; half++) {
        const int k = u * SERIES + half * LANES;
        const float *z = gates + 4 * u * SERIES + half * LANES;
        float *to = dz + 4 * u * SERIES + half * LANES;
        const vec i = load(z), f = load(z + SERIES), g = load(z + 2 * SERIES), o = load(z + 3 * SERIES);
        const vec show = load(batch->shown + t * stateSize + k);
        const vec dh = load(batch->dh + k) + head[u] * dy[half];
        const vec dc = load(batch->dc + k) + dh * o * (1 - show * show);
        store(to, dc * g * i * (1 - i));
        store(to + SERIES, dc * load(batch->c + t * stateSize + k) * f * (1 - f));
        store(to + 2 * SERIES, dc * i * (1 - g * g));
        store(to + 3 * SERIES, dh * show * o * (1 - o));
        store(batch->dc + k, dc * f);
      }
    }
    if (t > 0) affineBack(net, dz, batch->dh);
  }
  addGradient(net);
}

static void transpose(const Net *net) {
  Batch *batch = net->own;
  const int H = batch->H;
  for (int r = 0; r < H; r++)
    for (int u = 0; u < H; u++)
      for (int g = 0; g < 4; g++)
        batch->transposed[((size_t)(r / 4) * 4 * H + 4 * u + g) * 4 + r % 4] =
            net->weight[((size_t)u * batch->rows + r) * 4 + g];
}

static void event(Net *net, float *output) {
  Batch *batch = net->own;
  const long n = net->seen;
  if (n >= batch->T && n % net->problem->stride == 0) {
    memset(net->gradient, 0, 4 * net->size);
    for (int block = 0; block < batch->blocks; block++) blockGradient(net, block);
    update(net);
    transpose(net);
  }
  for (int block = 0; block < batch->blocks; block++) {
    float *h = past(batch->pastH, batch, n + 1, block);
    memcpy(batch->nowV, past(batch->pastH, batch, n, block), 4 * (size_t)batch->H * SERIES);
    inputsInto(batch->nowV + batch->H * SERIES, net, n, block);
    forward(net, batch->nowV, past(batch->pastC, batch, n, block), batch->nowGates, batch->nowShown,
            past(batch->pastC, batch, n + 1, block), h);
    vec y[2];
    headOf(net, h, y);
    for (int s = 0; s < SERIES; s++) output[block * SERIES + s] = y[s / LANES][s % LANES];
  }
  net->seen++;
}

Net *createBatch(const Problem *problem) {
  const int H = problem->hidden, T = problem->window, rows = ROWS(H), blocks = problem->series / SERIES;
  const size_t stateSize = (size_t)H * SERIES, vSize = (size_t)rows * SERIES;
  Batch *batch = calloc(1, sizeof *batch);
  *batch = (Batch){.H = H, .T = T, .rows = rows, .blocks = blocks};
  batch->v = floats((T + 1) * vSize);
  batch->c = floats((T + 1) * stateSize);
  batch->gates = floats(T * 4 * stateSize);
  batch->shown = floats(T * stateSize);
  batch->dz = floats(T * 4 * stateSize);
  batch->dh = floats(stateSize);
  batch->dc = floats(stateSize);
  batch->pastH = floats((T + 1) * blocks * stateSize);
  batch->pastC = floats((T + 1) * blocks * stateSize);
  batch->transposed = floats((size_t)4 * H * H);
  batch->nowV = floats(vSize);
  batch->nowGates = floats(4 * stateSize);
  batch->nowShown = floats(stateSize);
  for (int row = H + 1; row < H + 3; row++)
    for (int s = 0; s < SERIES; s++) {
      batch->nowV[row * SERIES + s] = 1;
      for (int t = 0; t <= T; t++) batch->v[t * vSize + row * SERIES + s] = 1;
    }
  Net *net = createNet(problem, event, batch);
  for (int u = 0; u < H; u++)
    for (int r = 0; r < rows; r++)
      for (int g = 0; g < 4; g++) net->weight[((size_t)u * rows + r) * 4 + g] = initialWeight(problem, u, r, g);
  transpose(net);
  return net;
}
