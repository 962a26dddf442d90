import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the app is built from. Its output and what the Pages project runs by itself are not among it. */
const SOURCES = [
  "app/index.html",
  "app/vite.config.ts",
  "app/src",
  "app/public",
  "domain",
  "package-lock.json",
];
const OUTPUT = "app/dist/index.html";

function newestChange(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestChange(join(path, name))),
    stat.mtimeMs,
  );
}

/** Whether a source of the app is newer than the built app, or there is none. */
export function isAppStale(root: string): boolean {
  const built = statSync(join(root, OUTPUT), { throwIfNoEntry: false });
  if (!built) return true;
  return SOURCES.some((source) => newestChange(join(root, source)) > built.mtimeMs);
}
