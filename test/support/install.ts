import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, createApi } from "../../scripts/client/api.ts";
import { freePort } from "./ports.ts";

export const ROOT = join(import.meta.dirname, "../..");
export const ADMIN = { email: "ada@shop.example", password: "correct horse battery staple" };
export const API_KEY = "pw_test_0123456789abcdefghijklmnopqrstuvwxyz";

/** A folder for one install's state, away from the repository. */
export function newStateDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "pricewright-"));
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** A program that runs in a process group of its own, so that all of it can be killed at once. */
export interface Running {
  /** everything printed so far */
  output(): string;
  ended: Promise<number | null>;
  /** SIGTERM, as a service manager stops it; resolves when it has ended */
  stop(): Promise<void>;
  /** SIGKILL to every process of the group */
  kill(): Promise<void>;
}

const groups = new Set<ChildProcess>();
const killAll = () => {
  for (const child of groups) signalGroup(child, "SIGKILL");
};
process.once("exit", killAll);
// a signal ends a process without that event
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    killAll();
    process.kill(process.pid, signal);
  });

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // the group has ended
  }
}

/** Starts a program in a folder of the repository, its root by default. */
export function run(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  folder = ".",
): Running {
  // What the test runner sets for itself is not for a program under test.
  const { VITEST: _vitest, NODE_OPTIONS: _options, NODE_ENV: _mode, ...outer } = process.env;
  const child = spawn(command, args, {
    cwd: join(ROOT, folder),
    detached: true,
    env: { ...outer, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  groups.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", (code) => resolve(code));
  });
  const end = async (signal: NodeJS.Signals) => {
    signalGroup(child, signal);
    await ended;
    signalGroup(child, "SIGKILL");
    groups.delete(child);
  };
  return { output: () => output, ended, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

/** Waits until the program has printed what is looked for. @throws Error with its output if it ends or is late. */
export async function printed(
  running: Running,
  pattern: RegExp,
  patience = 180_000,
): Promise<RegExpMatchArray> {
  const until = Date.now() + patience;
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  for (;;) {
    const match = running.output().match(pattern);
    if (match) return match;
    if (over || Date.now() > until) throw new Error(`${pattern} was not printed:\n${running.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A running `npm start` without the demo. */
export interface Install extends Running {
  url: string;
  port: number;
  api: Api;
}

/** What a start says whose port was taken. */
const PORT_TAKEN = /Address already in use|^port \d+ is in use/m;
/** How often a start may lose its port to another program before it fails. */
const STARTS = 3;

/** Runs `npm start` on a state directory and waits until it is ready; on another port if its own was taken meanwhile. */
export async function startInstall(
  stateDir: string,
  options: { port?: number; env?: Record<string, string> } = {},
): Promise<Install> {
  for (let start = 1; ; start++) {
    const port = options.port ?? (await freePort());
    const running = run("npm", ["start", "--silent"], {
      PORT: String(port),
      STATE_DIR: stateDir,
      DEMO: "off",
      BOOTSTRAP_API_KEY: API_KEY,
      BOOTSTRAP_ADMIN: `${ADMIN.email}:${ADMIN.password}`,
      ...options.env,
    });
    try {
      await printed(running, /^Pricewright ready at /m);
    } catch (error) {
      await running.kill();
      if (start < STARTS && PORT_TAKEN.test(running.output())) continue;
      throw error;
    }
    const url = `http://localhost:${port}`;
    return { ...running, url, port, api: createApi({ url, key: API_KEY, patience: 60_000 }) };
  }
}
