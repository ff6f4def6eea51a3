// What is computed: the same problem as in problem.js, read from the file that it writes.
#pragma once
#include "vector.h"

enum { CLIP_NORM = 1 };
static const float RATE = 1e-3f;

typedef struct {
  int hidden, window, stride, series, period;
  int parameters;        // their number
  const double *initial; // canonical order: weightIh, weightHh, biasIh, biasHh, head weight, head bias
  const double *input;   // (period, series)
} Problem;

// An LSTM of one input and one output per series. Rows of its weights: H hidden, input, biasIh, biasHh, one of padding.
#define ROWS(H) ((H) + 4)

typedef struct Net Net;
// Advances by one event and writes (series) outputs; learns before it when it is time.
typedef void Event(Net *net, float *output);

struct Net {
  const Problem *problem;
  Event *event;
  long seen; // events
  // Weights, then the head's weight (H) and bias (1, padded): one array each for values, gradient and Adam's moments.
  size_t size;
  float *weight, *gradient, *mean, *meanSquare;
  long updates;
  void *own;
};

Net *createOne(const Problem *problem);
Net *createBatch(const Problem *problem);

static inline float input(const Problem *problem, long event, int series) {
  return (float)problem->input[(event % problem->period) * problem->series + series];
}

// The weight of gate g (i f g o) of a unit at a row.
static inline float initialWeight(const Problem *problem, int unit, int row, int gate) {
  const int H = problem->hidden, out = gate * H + unit;
  if (row < H) return (float)problem->initial[4 * H + out * H + row];
  if (row == H) return (float)problem->initial[out];
  if (row > H + 2) return 0;
  return (float)problem->initial[4 * H + 4 * H * H + (row == H + 1 ? 0 : 4 * H) + out];
}

static inline const double *initialHead(const Problem *problem) {
  const int H = problem->hidden;
  return problem->initial + 4 * H + 4 * H * H + 8 * H;
}

// Clips the gradient by its global norm and takes a step of Adam.
static inline void update(Net *net) {
  vec squares[4] = {};
  for (size_t k = 0; k < net->size; k += 4 * LANES)
    for (int j = 0; j < 4; j++) {
      const vec g = load(net->gradient + k + j * LANES);
      squares[j] += g * g;
    }
  const float norm = sqrtf(sum(squares[0] + squares[1] + squares[2] + squares[3]));
  const float scale = fminf(1, CLIP_NORM / (norm + 1e-6f));
  net->updates++;
  const double n = (double)net->updates;
  const float step = (float)(RATE / (1 - pow(0.9, n)));
  const float correction = (float)(1 / sqrt(1 - pow(0.999, n)));
  float *restrict weight = __builtin_assume_aligned(net->weight, 64);
  float *restrict gradient = __builtin_assume_aligned(net->gradient, 64);
  float *restrict mean = __builtin_assume_aligned(net->mean, 64);
  float *restrict meanSquare = __builtin_assume_aligned(net->meanSquare, 64);
  for (size_t k = 0; k < net->size; k++) {
    const float g = gradient[k] * scale;
    mean[k] = 0.9f * mean[k] + 0.1f * g;
    meanSquare[k] = 0.999f * meanSquare[k] + 0.001f * g * g;
    weight[k] -= step * mean[k] / (sqrtf(meanSquare[k]) * correction + 1e-8f);
  }
}

static inline Net *createNet(const Problem *problem, Event *event, void *own) {
  const int H = problem->hidden;
  Net *net = calloc(1, sizeof *net);
  net->problem = problem;
  net->event = event;
  net->own = own;
  net->size = ((size_t)4 * H * ROWS(H) + H + 1 + 31) / 32 * 32;
  net->weight = floats(net->size);
  net->gradient = floats(net->size);
  net->mean = floats(net->size);
  net->meanSquare = floats(net->size);
  const double *head = initialHead(problem);
  for (int k = 0; k <= H; k++) net->weight[4 * H * ROWS(H) + k] = (float)head[k];
  return net;
}
