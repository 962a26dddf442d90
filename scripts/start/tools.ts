import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { join } from "node:path";

/** The tools of node_modules, run by this very Node: the one on the user's PATH may be too old for them. */
const PROGRAMS = {
  wrangler: "node_modules/wrangler/bin/wrangler.js",
  vite: "node_modules/vite/bin/vite.js",
  vitest: "node_modules/vitest/vitest.mjs",
};
export type Program = keyof typeof PROGRAMS;

/** Root folder of the repository. */
export const ROOT = join(import.meta.dirname, "../..");

/**
 * Environment that keeps wrangler to itself: no telemetry, no update check, no question, no look-up of where this
 * machine is. Its logs and its list of running Workers go to the state directory, so that two installs on one machine
 * do not find each other.
 */
export function quietEnvironment(stateDir: string): Record<string, string> {
  return {
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: join(stateDir, "logs"),
    WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    CI: "true",
  };
}

/** Starts a tool in the repository's root, in this process group. */
export function startTool(
  program: Program,
  args: readonly string[],
  options: { stdio: StdioOptions; env?: Record<string, string> },
): ChildProcess {
  return spawn(process.execPath, [join(ROOT, PROGRAMS[program]), ...args], {
    cwd: ROOT,
    stdio: options.stdio,
    env: { ...process.env, ...options.env },
  });
}

/** Runs a tool to its end and returns what it printed. @throws Error with that output if it fails. */
export async function runTool(
  program: Program,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const child = startTool(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let output = "";
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    printed += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args[0]} failed:\n${printed.trim()}`);
  return output;
}
