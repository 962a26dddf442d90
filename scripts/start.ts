import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MINUTE_MS } from "../domain/base/time.ts";
import { runDemo } from "./demo/run.ts";
import { type DemoState, openDemoState } from "./demo/state.ts";
import { configFile, configOf, DEFAULT_INSTALL } from "./setup/install.ts";
import { isAppStale } from "./start/app-build.ts";
import { hasUsers, migrate } from "./start/database.ts";
import { BadEnvironment, readEnvironment, type StartEnvironment } from "./start/environment.ts";
import { type Lock, LockedError, takeLock } from "./start/lock.ts";
import { isAlive, starter } from "./start/processes.ts";
import { runScheduler } from "./start/scheduler.ts";
import { isHealthy, portGetsFree, refusalOf, type Server, startServer } from "./start/server.ts";
import { ROOT, runTool } from "./start/tools.ts";

const DEFAULT_EMAIL = "admin@pricewright.local";
/** A server that has just been killed may still occupy the port. */
const PORT_PATIENCE_MS = 3_000;
const HEALTH_PATIENCE_MS = 3 * MINUTE_MS;
const PARENT_WATCH_MS = 1_000;

/** The environment does not allow a start: printed in one line, without a stack. */
class StartRefused extends Error {}

interface SignIn {
  /** `email:password`, as the Worker wants it */
  bootstrap: string;
  /** the line to print; without the password if it was given */
  line: string;
}

function firstPerson(given: string | null): SignIn {
  if (given) return { bootstrap: given, line: `sign in as ${given.slice(0, given.indexOf(":"))}` };
  const password = randomBytes(12).toString("base64url");
  return { bootstrap: `${DEFAULT_EMAIL}:${password}`, line: `sign in as ${DEFAULT_EMAIL} with ${password}` };
}

function randomKey(): string {
  return `pw_local_${randomBytes(24).toString("base64url")}`;
}

/** What whoever starts it for the first time has to know; `madeKey`: the key that was made, shown once. */
function firstSteps({ stateDir, port }: StartEnvironment, madeKey: string | null): string {
  const key = madeKey && `For the commands of the README: export PRICEWRIGHT_KEY=${madeKey}`;
  const stop = `Ctrl+C stops it; what it knows stays in ${stateDir}. The API is described at http://localhost:${port}/docs`;
  return [key, stop].filter(Boolean).join("\n");
}

/** Stops everything on a signal, and when npm, which was killed without one, is gone. */
function onStopAsked(stop: () => void): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = starter();
  if (!npm) return;
  const watch = setInterval(() => {
    if (isAlive(npm)) return;
    clearInterval(watch);
    console.error("npm is gone: Pricewright stops");
    stop();
  }, PARENT_WATCH_MS).unref();
}

function openDemo({ stateDir, apiKey }: StartEnvironment, empty: boolean): DemoState | null {
  const demo = openDemoState(stateDir, { givenKey: apiKey, empty, now: Date.now() });
  if (!demo) console.error("no demo: this state was made without one (set another STATE_DIR, or DEMO=off)");
  return demo;
}

/** The configuration with the install's names; another install's is written beside the repository's own. */
function writeConfig(install: string): string {
  const file = configFile(install);
  if (install === DEFAULT_INSTALL) return file;
  const own = readFileSync(join(ROOT, configFile(DEFAULT_INSTALL)), "utf8");
  writeFileSync(join(ROOT, file), configOf(own, install));
  return file;
}

async function serve(environment: StartEnvironment, lock: Lock): Promise<number> {
  const { port, stateDir } = environment;
  if (!(await portGetsFree(port, PORT_PATIENCE_MS))) {
    throw new StartRefused(`port ${port} is in use: stop what listens there, or set PORT`);
  }
  if (isAppStale(ROOT)) await runTool("vite", ["build", "-c", "app/vite.config.ts", "app"]);
  const config = writeConfig(environment.install);
  const database = { stateDir, name: environment.install, config };
  await migrate(database);
  const signIn = (await hasUsers(database)) ? null : firstPerson(environment.admin);
  const demo = environment.demo ? openDemo(environment, signIn !== null) : null;
  const madeKey = environment.apiKey === null ? (demo?.key ?? (signIn ? randomKey() : null)) : null;
  const apiKey = environment.apiKey ?? madeKey;

  // webhooks and alerts may go to receivers on this machine, to try them with
  const vars: Record<string, string> = {
    ENFORCE_LIMITS: environment.limits,
    WEBHOOK_TARGETS: "loopback",
    APP_URL: `http://localhost:${port}`,
  };
  if (demo) vars.DEMO = "on";
  if (signIn) vars.BOOTSTRAP_ADMIN = signIn.bootstrap;
  if (apiKey) vars.BOOTSTRAP_API_KEY = apiKey;
  if (environment.skuShards) vars.SKU_SHARDS = environment.skuShards;
  const server = startServer({ port, stateDir, config, vars }, lock);
  const stopped = new AbortController();
  onStopAsked(() => {
    stopped.abort();
    void server.stop();
  });
  await answerRequests(environment, server, stopped.signal, () => {
    const url = `http://localhost:${port}`;
    console.log(`Pricewright ready at ${url}${signIn ? ` (${signIn.line})` : ""}`);
    if (signIn) console.log(firstSteps(environment, madeKey));
    if (demo) void runDemo({ url, state: demo, stateDir, signal: stopped.signal });
  });
  const code = await server.ended;
  if (stopped.signal.aborted) return 0;
  stopped.abort();
  console.error("wrangler dev ended: Pricewright stops");
  return code === 0 ? 1 : code;
}

async function answerRequests(
  { port, scheduler }: StartEnvironment,
  server: Server,
  signal: AbortSignal,
  onReady: () => void,
): Promise<void> {
  const url = `http://127.0.0.1:${port}`;
  try {
    if (!(await isHealthy(url, server, HEALTH_PATIENCE_MS))) return;
    const refusal = await refusalOf(url);
    if (refusal !== null) throw new StartRefused(refusal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  if (signal.aborted) return;
  if (scheduler) void runScheduler(url, { signal, onFailure: (message) => console.error(message) });
  onReady();
}

async function main(): Promise<number> {
  const environment = readEnvironment(process.env);
  const lock = await takeLock(environment.stateDir);
  try {
    return await serve(environment, lock);
  } finally {
    lock.release();
  }
}

try {
  process.exit(await main());
} catch (error) {
  const plain =
    error instanceof StartRefused || error instanceof LockedError || error instanceof BadEnvironment;
  console.error(plain ? error.message : error);
  process.exit(1);
}
