// The order is the wrapper's.
export const LSTM = 0;
export const GRU = 1;
export const PEEPHOLE = 2;
export const COUPLED = 3;
