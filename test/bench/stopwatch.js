/**
 * Starts a watch; what it returns tells the seconds since. Wall-clock time, or the time that the process had on the
 * processors if that is less: what other processes take away on a busy machine is nobody's merit or fault. More than
 * one thread at work counts by the wall.
 *
 * @returns {() => number}
 */
export function startWatch() {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  return () => {
    const passed = performance.now() - wall;
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(passed / 1e3, (user + system) / 1e6);
  };
}
