// One series. Weights in panels [unit / LANES][row][gate][LANES]: forward and backward stream through the same array.
#include "problem.h"

typedef struct {
  int H, T, rows, width;
  float *v;     // (T + 1, width): h before the step, input, 1, 1, zeros
  float *c;     // (T + 1, H) before the step
  float *gates; // (T, 4H) activations, [panel][gate][LANES]
  float *shown; // (T, H) tanh of c after the step
  float *dz;    // (T, 4H)
  float *dh, *dc, *dy;
  float *pastH, *pastC; // (T + 1, H) ring of states before the newest events
  float *nowGates, *nowShown, *nowV;
} One;

static void forward(const Net *net, const float *v, const float *c, float *gates, float *shown, float *nextC,
                    float *nextH) {
  const One *one = net->own;
  const int rows = one->rows - 1;
  for (int p = 0; p < one->H / LANES; p++) {
    const float *w = net->weight + (size_t)p * one->rows * 4 * LANES;
    vec a[4] = {}, b[4] = {};
    int r = 0;
    for (; r + 1 < rows; r += 2, w += 8 * LANES) {
      for (int g = 0; g < 4; g++) a[g] += v[r] * load(w + g * LANES);
      for (int g = 0; g < 4; g++) b[g] += v[r + 1] * load(w + (4 + g) * LANES);
    }
    if (r < rows)
      for (int g = 0; g < 4; g++) a[g] += v[r] * load(w + g * LANES);
    for (int g = 0; g < 4; g++) store(gates + (4 * p + g) * LANES, a[g] + b[g]);
  }
  for (int p = 0; p < one->H / LANES; p++) {
    float *z = gates + 4 * p * LANES;
    const vec i = sigmoid(load(z)), f = sigmoid(load(z + LANES));
    const vec g = hyperbolic(load(z + 2 * LANES)), o = sigmoid(load(z + 3 * LANES));
    const vec cell = f * load(c + p * LANES) + i * g, show = hyperbolic(cell);
    store(z, i);
    store(z + LANES, f);
    store(z + 2 * LANES, g);
    store(z + 3 * LANES, o);
    store(nextC + p * LANES, cell);
    store(shown + p * LANES, show);
    store(nextH + p * LANES, o * show);
  }
}

static float headOf(const Net *net, const float *h) {
  const int H = net->problem->hidden;
  const float *w = net->weight + (size_t)4 * H * ROWS(H);
  vec s = {};
  for (int k = 0; k < H; k += LANES) s += load(w + k) * load(h + k);
  return sum(s) + w[H];
}

// dh = Wᵀ·dz over the rows of the hidden state.
static void affineBack(const Net *net, const float *dz, float *dh) {
  const One *one = net->own;
  for (int r = 0; r < one->H; r += 8) {
    vec a[8] = {};
    for (int p = 0; p < one->H / LANES; p++) {
      const float *w = net->weight + ((size_t)p * one->rows + r) * 4 * LANES;
      for (int g = 0; g < 4; g++) {
        const vec d = load(dz + (4 * p + g) * LANES);
        for (int k = 0; k < 8; k++) a[k] += d * load(w + (4 * k + g) * LANES);
      }
    }
    for (int k = 0; k < 8; k++) dh[r + k] = sum(a[k]);
  }
}

static void gradient(const Net *net) {
  const One *one = net->own;
  const int T = one->T, H = one->H, rows = one->rows;
  for (int p = 0; p < H / LANES; p++) {
    float *out = net->gradient + (size_t)p * rows * 4 * LANES;
    for (int r = 0; r < rows; r += 2, out += 8 * LANES) {
      vec a[4] = {}, b[4] = {};
      for (int t = 0; t < T; t++) {
        const float *dz = one->dz + (size_t)t * 4 * H + 4 * p * LANES, *v = one->v + (size_t)t * one->width + r;
        for (int g = 0; g < 4; g++) {
          const vec d = load(dz + g * LANES);
          a[g] += v[0] * d;
          b[g] += v[1] * d;
        }
      }
      for (int g = 0; g < 4; g++) store(out + g * LANES, a[g]), store(out + (4 + g) * LANES, b[g]);
    }
  }
}

static void learn(Net *net) {
  One *one = net->own;
  const Problem *problem = net->problem;
  const int T = one->T, H = one->H, rows = one->rows, width = one->width, reuses = problem->stride == T;
  const long first = net->seen - T;
  if (!reuses) {
    memcpy(one->v, one->pastH + (first % (T + 1)) * H, 4 * H);
    memcpy(one->c, one->pastC + (first % (T + 1)) * H, 4 * H);
    for (int t = 0; t < T; t++) {
      one->v[t * width + H] = input(problem, first + t, 0);
      forward(net, one->v + t * width, one->c + t * H, one->gates + t * 4 * H, one->shown + t * H,
              one->c + (t + 1) * H, one->v + (t + 1) * width);
    }
  }
  const float *head = net->weight + (size_t)4 * H * rows;
  float *dHead = net->gradient + (size_t)4 * H * rows;
  memset(dHead, 0, 4 * (H + 1));
  memset(one->dh, 0, 4 * H);
  memset(one->dc, 0, 4 * H);
  for (int t = T - 1; t >= 0; t--) {
    const float *h = one->v + (t + 1) * width, *gates = one->gates + t * 4 * H;
    const float dy = 2 * (headOf(net, h) - input(problem, first + t + 1, 0)) / T;
    dHead[H] += dy;
    float *dz = one->dz + t * 4 * H;
    for (int p = 0; p < H / LANES; p++) {
      const int k = p * LANES;
      store(dHead + k, load(dHead + k) + dy * load(h + k));
      const vec i = load(gates + 4 * k), f = load(gates + 4 * k + LANES), g = load(gates + 4 * k + 2 * LANES),
                o = load(gates + 4 * k + 3 * LANES), show = load(one->shown + t * H + k);
      const vec dh = load(one->dh + k) + dy * load(head + k);
      const vec dc = load(one->dc + k) + dh * o * (1 - show * show);
      store(dz + 4 * k, dc * g * i * (1 - i));
      store(dz + 4 * k + LANES, dc * load(one->c + t * H + k) * f * (1 - f));
      store(dz + 4 * k + 2 * LANES, dc * i * (1 - g * g));
      store(dz + 4 * k + 3 * LANES, dh * show * o * (1 - o));
      store(one->dc + k, dc * f);
    }
    if (t > 0) affineBack(net, dz, one->dh);
  }
  gradient(net);
  update(net);
  if (reuses) {
    memcpy(one->v, one->v + T * width, 4 * H);
    memcpy(one->c, one->c + T * H, 4 * H);
  }
}

static void event(Net *net, float *output) {
  One *one = net->own;
  const int T = one->T, H = one->H, width = one->width;
  const long n = net->seen;
  if (n >= T && n % net->problem->stride == 0) learn(net);
  if (net->problem->stride == T) {
    const int t = n % T;
    one->v[t * width + H] = input(net->problem, n, 0);
    forward(net, one->v + t * width, one->c + t * H, one->gates + t * 4 * H, one->shown + t * H,
            one->c + (t + 1) * H, one->v + (t + 1) * width);
    output[0] = headOf(net, one->v + (t + 1) * width);
  } else {
    const long at = n % (T + 1), next = (n + 1) % (T + 1);
    memcpy(one->nowV, one->pastH + at * H, 4 * H);
    one->nowV[H] = input(net->problem, n, 0);
    forward(net, one->nowV, one->pastC + at * H, one->nowGates, one->nowShown, one->pastC + next * H,
            one->pastH + next * H);
    output[0] = headOf(net, one->pastH + next * H);
  }
  net->seen++;
}

Net *createOne(const Problem *problem) {
  const int H = problem->hidden, T = problem->window, rows = ROWS(H), width = H + 8; // aligned
  One *one = calloc(1, sizeof *one);
  *one = (One){.H = H, .T = T, .rows = rows, .width = width};
  one->v = floats((size_t)(T + 1) * width);
  one->c = floats((size_t)(T + 1) * H);
  one->gates = floats((size_t)T * 4 * H);
  one->shown = floats((size_t)T * H);
  one->dz = floats((size_t)T * 4 * H);
  one->dh = floats(H);
  one->dc = floats(H);
  one->pastH = floats((size_t)(T + 1) * H);
  one->pastC = floats((size_t)(T + 1) * H);
  one->nowGates = floats(4 * H);
  one->nowShown = floats(H);
  one->nowV = floats(width);
  for (int t = 0; t <= T; t++) one->v[t * width + H + 1] = one->v[t * width + H + 2] = 1;
  one->nowV[H + 1] = one->nowV[H + 2] = 1;
  Net *net = createNet(problem, event, one);
  for (int u = 0; u < H; u++)
    for (int r = 0; r < rows; r++)
      for (int g = 0; g < 4; g++)
        net->weight[(((size_t)(u / LANES) * rows + r) * 4 + g) * LANES + u % LANES] = initialWeight(problem, u, r, g);
  return net;
}
