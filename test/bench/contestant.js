/**
 * One way to solve a problem, in this process or in one of its own.
 *
 * @typedef {object} Contestant
 * @property {string} engine what the table calls it
 * @property {(events: number) => Float64Array | Promise<Float64Array>} outputs runs the first events of the stream and
 *   gives the outputs of the last; only before `time`
 * @property {(events: number) => number | Promise<number>} time runs so many events more; the seconds they took,
 *   by `startWatch`
 * @property {number} [least] events that are timed together, so that each time has its share of updates; default 1
 * @property {number} [settled] events before the first that are timed; default 0
 * @property {(events: number) => void} [run] the same, untimed, for those whose allocation can be measured here
 * @property {() => Contestant | Promise<Contestant>} [oracle] what its outputs have to equal; left out, the reference engine on the
 *   same problem
 * @property {boolean} [onlyForward] learns in a way of its own: its outputs are compared before the first update
 * @property {() => void} dispose
 */

export {};
