export default {
  base: './',
  // Modules, so that the worker can load the files that are only asked for at times, such as the pre-trained weights.
  worker: { format: 'es' },
};
