/** CPU time of this process over many pieces of work, seconds. `after`: what else is done at the work's expense. */
export class Stopwatch {
  seconds = 0;
  readonly #after: () => void;

  constructor(after = () => {}) {
    this.#after = after;
  }

  run<T>(work: () => T): T {
    const before = process.cpuUsage();
    const result = work();
    this.#after();
    const { user, system } = process.cpuUsage(before);
    this.seconds += (user + system) / 1e6;
    return result;
  }
}
