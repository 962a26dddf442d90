import { createInterface } from "node:readline";
import { endAll, type ProcessId } from "./processes.ts";

/**
 * Outlives its parent for a moment: each line of its input is the list of processes that the parent has running, and
 * when the input ends, because the parent stopped or was killed, it ends those of the last list. A killed wrangler
 * would otherwise leave the runtime behind, holding the port and the state.
 */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

let running: ProcessId[] = [];
for await (const line of createInterface({ input: process.stdin })) running = JSON.parse(line);
endAll(running);
