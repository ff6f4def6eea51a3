// LANES float32 numbers at a time: 4 for 128-bit, 8 for AVX2. gcc's vector extensions keep one source for both.
#pragma once
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifndef LANES
#define LANES 4
#endif

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));

static inline vec load(const float *p) { return *(const vec *)p; }
static inline void store(float *p, vec v) { *(vec *)p = v; }
static inline vec splat(float x) { return x - (vec){}; }

static inline float sum(vec v) {
  float s = 0;
  for (int k = 0; k < LANES; k++) s += v[k];
  return s;
}

// e^x as in the kernel's activations.ts (Cody & Waite), |x| held below 25.
static inline vec expHeld(vec x) {
#if LANES == 8
  x = _mm256_min_ps(_mm256_max_ps(x, splat(-25)), splat(25));
#else
  x = _mm_min_ps(_mm_max_ps(x, splat(-25)), splat(25));
#endif
  const vec shifted = x * 1.44269504f + 12583039.0f;
  const vec scale = (vec)((ints)shifted << 23);
  const vec r = (shifted - 12583039.0f) * -0.69314718f + x;
  const vec square = r * r;
  const vec high4 = (r * 0.008312501f + 0.04189033f) * square + (r * 0.16667116f + 0.4999923f);
  return (high4 * square + (r + 1.0f)) * scale;
}

static inline vec sigmoid(vec x) {
  const vec e = expHeld(x);
  return e / (e + 1.0f);
}

static inline vec hyperbolic(vec x) {
  const vec e = expHeld(x + x);
  return (e - 1.0f) / (e + 1.0f);
}

static inline float *floats(size_t count) {
  float *p = aligned_alloc(64, (4 * count + 63) / 64 * 64);
  memset(p, 0, (4 * count + 63) / 64 * 64);
  return p;
}
