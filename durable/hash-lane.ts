/** Hashes one after another, and so many waiting; whoever comes then is told to come back. */
export class HashLane {
  private inside = 0;
  private last: Promise<unknown> = Promise.resolve();
  private readonly waitingMax: number;

  constructor(waitingMax: number) {
    this.waitingMax = waitingMax;
  }

  get isFull(): boolean {
    return this.inside > this.waitingMax;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.inside++;
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.inside--;
    }
  }
}
