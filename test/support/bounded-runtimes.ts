import type { Plugin } from "vite";
import type { PoolOptions, PoolWorker, TestProject } from "vitest/node";

/** A runtime starts within seconds; two attempts are over before the pool gives up on the file, after 90 s. */
const START_MS = 40_000;
/** Longer than a runtime takes to end. */
const STOP_MS = 20_000;

/** Settles as the promise does, or fails after so many ms. */
async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} takes longer than ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A worker that starts within a bound, if need be at the second attempt, or fails; and that ends within one. */
function boundedWorker(create: () => PoolWorker): PoolWorker {
  let inner = create();
  const stop = () => within(STOP_MS, "the end of a runtime", inner.stop()).catch(() => {});
  const start = () => within(START_MS, "the start of a runtime", inner.start());
  return {
    name: inner.name,
    on: (event, callback) => inner.on(event, callback),
    off: (event, callback) => inner.off(event, callback),
    send: (message) => inner.send(message),
    deserialize: (data) => inner.deserialize(data),
    stop,
    start: () =>
      start().catch(async () => {
        void stop();
        inner = create();
        await start();
      }),
  };
}

/**
 * Bounds how long a runtime takes to start and to end. Without it vitest waits for ever: a file whose runtime does not
 * start keeps its place among the workers, so that a later group of files, which runs one at a time, never begins.
 */
export function boundedRuntimes(): Plugin {
  return {
    name: "bounded-runtimes",
    configureVitest({ project }: { project: TestProject }) {
      const { poolRunner } = project.config;
      if (!poolRunner) return;
      project.config.poolRunner = {
        name: poolRunner.name,
        createPoolWorker: (options: PoolOptions) => boundedWorker(() => poolRunner.createPoolWorker(options)),
      };
    },
  };
}
