import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/** Below the ports that systems hand out by themselves: nothing takes one of these by chance. */
const BLOCKS = { from: 20_000, count: 500, size: 20 };

/** Listens on a port of this machine; null if something else does. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/**
 * Claims a block of ports for as long as this process lives, by listening on the first of them: two processes that
 * start installs at the same time never draw the same port, not even one that is free between two starts.
 */
async function claimBlock(): Promise<number> {
  for (;;) {
    const first = BLOCKS.from + randomInt(BLOCKS.count) * BLOCKS.size;
    const claim = await listen(first);
    // the claim alone keeps no process running
    claim?.unref();
    if (claim) return first;
  }
}

let block: Promise<number> | undefined;
let drawn = 0;

/** A port on which nothing listens, of those that only this process draws from; each is drawn once until all were. */
export async function freePort(): Promise<number> {
  block ??= claimBlock();
  const first = await block;
  for (let tries = 0; tries < BLOCKS.size; tries++) {
    const port = first + 1 + (drawn++ % (BLOCKS.size - 1));
    const server = await listen(port);
    if (!server) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error(`something listens on each of the ports ${first + 1} to ${first + BLOCKS.size - 1}`);
}
