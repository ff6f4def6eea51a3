// The peer in C: `lstm FILE` reads the problem that problem.js wrote and answers lines on stdin. `outputs N` runs the
// first N events and prints the outputs of the last; `time N` runs N more and prints the seconds they took, as in stopwatch.js.
#include <stdio.h>
#include <time.h>
#include "problem.h"

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static Problem readProblem(const char *path) {
  double head[6];
  FILE *file = fopen(path, "rb");
  if (!file || fread(head, 8, 6, file) != 6) exit(2);
  Problem problem = {(int)head[0], (int)head[1], (int)head[2], (int)head[3], (int)head[4], (int)head[5], 0, 0};
  const size_t count = (size_t)problem.parameters + (size_t)problem.period * problem.series;
  double *numbers = malloc(8 * count);
  if (fread(numbers, 8, count, file) != count) exit(2);
  fclose(file);
  problem.initial = numbers;
  problem.input = numbers + problem.parameters;
  return problem;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  const Problem problem = readProblem(argv[1]);
  Net *net = problem.series == 1 ? createOne(&problem) : createBatch(&problem);
  float *output = floats(problem.series);
  char command[16];
  long events;
  while (scanf("%15s %ld", command, &events) == 2) {
    const double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (long k = 0; k < events; k++) net->event(net, output);
    if (command[0] == 't') printf("%.9f\n", fmin(now(CLOCK_MONOTONIC) - wall, now(CLOCK_PROCESS_CPUTIME_ID) - cpu));
    else
      for (int b = 0; b < problem.series; b++) printf("%.9g%c", output[b], b + 1 < problem.series ? ' ' : '\n');
    fflush(stdout);
  }
  return 0;
}
