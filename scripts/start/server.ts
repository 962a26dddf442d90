import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { pause } from "../client/api.ts";
import type { Lock } from "./lock.ts";
import { descendants, endAll, isAlive, type ProcessId } from "./processes.ts";
import { quietEnvironment, startTool } from "./tools.ts";

/** A running `wrangler dev`. */
export interface Server {
  /** resolves with the exit code once it has ended */
  ended: Promise<number>;
  /** ends it and all that it started */
  stop(): Promise<void>;
}

/** How often the list of what runs is brought up to date, ms. */
const WATCH_MS = 1_000;
/** How long wrangler may take to end by itself, ms. */
const GRACE_MS = 5_000;

/** Whether something listens on the port of this machine. */
function isPortBusy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const answer = (busy: boolean) => {
      socket.destroy();
      resolve(busy);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}

/** Waits until nothing listens on the port; false if something still does after `patience` ms. */
export async function portGetsFree(port: number, patience: number): Promise<boolean> {
  const until = Date.now() + patience;
  while (await isPortBusy(port)) {
    if (Date.now() > until) return false;
    await pause(200);
  }
  return true;
}

interface ServerOptions {
  port: number;
  stateDir: string;
  /** the file with the install's names */
  config: string;
  vars: Record<string, string>;
}

/** Wrangler's arguments: this machine only, the state where it belongs, nothing interactive. */
function devArguments({ port, stateDir, config, vars }: ServerOptions): string[] {
  return [
    ...["dev", "--config", config],
    ...["--ip", "127.0.0.1", "--port", String(port), "--local"],
    // the system picks the debugger's port: left to itself, wrangler looks for a free one and may lose it to another start
    ...["--inspector-port", "0"],
    ...["--persist-to", stateDir, "--log-level", "warn", "--show-interactive-dev-session=false"],
    ...Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
  ];
}

/** On every start wrangler prints that cron triggers do not fire by themselves: here the local scheduler fires them. */
const KNOWN_NOISE =
  /Scheduled Workers are not automatically triggered|To manually trigger a scheduled event|cdn-cgi\/local\/scheduled|For more details, see .*cron-triggers/;

/** Passes a child's output on to ours, line by line, without what is known and harmless. */
function passOn(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "" && !KNOWN_NOISE.test(line)) console.error(line);
    });
  }
}

/**
 * Starts `wrangler dev` in this process group. A guard process gets the list of what runs below it, so that all of it
 * ends even if this process or wrangler is killed; the lock gets the list too, in case the guard is killed as well.
 */
export function startServer(options: ServerOptions, lock: Lock): Server {
  const guard = spawn(process.execPath, [join(import.meta.dirname, "guard.ts")], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  // The guard may be killed too; writing to it then must not take this process down.
  guard.stdin.on("error", () => {});
  const child = startTool("wrangler", devArguments(options), {
    stdio: ["ignore", "pipe", "pipe"],
    env: quietEnvironment(options.stateDir),
  });
  passOn(child);

  let running: ProcessId[] = [];
  const tell = (processes: ProcessId[]) => {
    const same = JSON.stringify(processes) === JSON.stringify(running);
    running = processes;
    if (same) return;
    lock.record(processes);
    guard.stdin.write(`${JSON.stringify(processes)}\n`);
  };
  const watch = setInterval(() => {
    // What lost its parent is below nobody any more, but still to be ended.
    const below = descendants(process.pid).filter(({ pid }) => pid !== guard.pid);
    const lost = running.filter((known) => !below.some(({ pid }) => pid === known.pid) && isAlive(known));
    tell([...lost, ...below]);
  }, WATCH_MS);

  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  }).then((code) => {
    clearInterval(watch);
    // Whatever wrangler left behind: nothing if it ended by itself, the runtime if it was killed.
    endAll(running);
    tell([]);
    guard.stdin.end();
    return code;
  });
  return {
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      const late = setTimeout(() => endAll([...running, ...descendants(child.pid ?? -1)]), GRACE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Waits until the API answers; false if the server ends first. @throws Error after `patience` ms. */
export async function isHealthy(url: string, server: Server, patience: number): Promise<boolean> {
  const until = Date.now() + patience;
  let over = false;
  void server.ended.then(() => {
    over = true;
  });
  while (!over) {
    const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.ok) return true;
    if (Date.now() > until) throw new Error(`no answer from ${url}/api/health after ${patience / 1000} s`);
    await pause(200);
  }
  return false;
}

/** Why the Worker refuses to work on this state; null = it does not. */
export async function refusalOf(url: string): Promise<string | null> {
  const health = (await (await fetch(`${url}/api/health`)).json()) as {
    parts: Record<string, { status: string; detail?: string }>;
  };
  const { shards } = health.parts;
  return shards?.status === "failing" ? (shards.detail ?? "the number of SKU shards is wrong") : null;
}
