import { MINUTE_MS } from "../domain/base/time.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { isAppStale } from "./start/app-build.ts";
import { ROOT, runTool } from "./start/tools.ts";
import { leftOf } from "./test/progress.ts";
import { runVitest } from "./test/run.ts";

/** No run of all tests takes longer, whatever hangs; usually it is half of it. */
const RUN_MS = 40 * MINUTE_MS;

type Ran = Awaited<ReturnType<typeof runVitest>>;

/** What became of a run whose files did not all come to their end. */
function unfinishedOf({ progress, stopped }: Ran): string {
  const how = {
    hang: "The tests hang: nothing has ended for minutes",
    late: `The tests took longer than ${RUN_MS / MINUTE_MS} minutes`,
    ended: "The tests ended before all of them had run: a process or a runtime was lost",
  }[stopped ?? "ended"];
  const running = [...progress.running].sort();
  const files = running.length === 0 ? "no file was running" : `running: ${running.join(", ")}`;
  return `${how}; ${files}; ${leftOf(progress).length} of ${progress.planned.size} files left.`;
}

/** Runs the tests, and once more those that did not come to their end; answers the exit code. */
async function runTests(args: readonly string[]): Promise<number> {
  const until = Date.now() + RUN_MS;
  const first = await runVitest(args, until);
  if (first.outcome === "passed") return 0;
  if (first.outcome === "failed" && first.stopped === null) return 1;
  console.error(`\n${unfinishedOf(first)}`);
  if (first.outcome === "failed" || first.stopped === "late") {
    console.error("They fail.");
    return 1;
  }
  const done = [...first.progress.ended];
  const { tests } = first.progress;
  console.error(`Files that passed: ${done.length}, with ${tests} tests. The others run once more.\n`);
  const second = await runVitest([...args, ...done.flatMap((file) => ["--exclude", file])], until);
  if (second.outcome === "passed") return 0;
  const isKnown = second.outcome === "failed" && second.stopped === null;
  console.error(
    `\n${isKnown ? "A test failed when it ran once more." : unfinishedOf(second)} The tests fail.`,
  );
  return 1;
}

/** Sets up what the tests need, a browser and the built app, then runs them all; arguments go to vitest. */
async function main(): Promise<number> {
  const { name, browser } = await launchBrowser();
  console.log(`browser: ${name}, ${browser.version()}`);
  await browser.close();
  if (isAppStale(ROOT)) {
    console.log("building the app");
    await runTool("vite", ["build", "-c", "app/vite.config.ts", "app"]);
  }
  return runTests(process.argv.slice(2));
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
