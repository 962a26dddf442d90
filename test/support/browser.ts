import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import bundled, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** A Chromium that may be there: where it is, and what has to be added to the environment for it to start. */
interface Candidate {
  name: string;
  prepare(): Promise<{ executablePath: string; env?: Record<string, string> }>;
}

const COMMANDS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const MAC = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

function installed(): string[] {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...onPath, ...MAC].filter((path) => existsSync(path));
}

/** The Chromium of the npm package, unpacked into the folder for temporary files. */
async function unpacked(): Promise<{ executablePath: string }> {
  return { executablePath: await bundled.executablePath() };
}

/** The same with the system libraries that the package brings, for a machine that has none of them. */
async function unpackedWithLibraries(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const { executablePath } = await unpacked();
  const archives = new URL("../bin/", import.meta.resolve("@sparticuz/chromium"));
  await inflate(new URL("al2023.tar.br", archives).pathname);
  const libraries = [join(tmpdir(), "al2023", "lib"), process.env.LD_LIBRARY_PATH]
    .filter(Boolean)
    .join(delimiter);
  return { executablePath, env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(tmpdir(), "fonts") } };
}

function candidates(): Candidate[] {
  const given = process.env.CHROME_PATH;
  if (given) return [{ name: given, prepare: async () => ({ executablePath: given }) }];
  return [
    ...installed().map((path) => ({ name: path, prepare: async () => ({ executablePath: path }) })),
    { name: "@sparticuz/chromium", prepare: unpacked },
    { name: "@sparticuz/chromium with its libraries", prepare: unpackedWithLibraries },
  ];
}

/** Containers have no user namespaces to sandbox with, and a small /dev/shm. */
const ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];

/**
 * Starts the first Chromium that starts: `CHROME_PATH` (then no other is tried), one that the system has, the one of
 * the npm package.
 * @throws Error with what each of them said if none does.
 */
export async function launchBrowser(): Promise<{ name: string; browser: Browser }> {
  const failures: string[] = [];
  for (const { name, prepare } of candidates()) {
    try {
      const { executablePath, env } = await prepare();
      const variables = { ...process.env, ...env } as Record<string, string>;
      return { name, browser: await chromium.launch({ executablePath, args: ARGS, env: variables }) };
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no Chromium starts:\n${failures.join("\n")}`);
}
