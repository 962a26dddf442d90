import { launchBrowser } from "../test/support/browser.ts";
import { isAppStale } from "./start/app-build.ts";
import { ROOT, runTool, startTool } from "./start/tools.ts";

/** Sets up what the tests need, a browser and the built app, then runs them all; arguments go to vitest. */
async function main(): Promise<number> {
  const { name, browser } = await launchBrowser();
  console.log(`browser: ${name}, ${browser.version()}`);
  await browser.close();
  if (isAppStale(ROOT)) {
    console.log("building the app");
    await runTool("vite", ["build", "-c", "app/vite.config.ts", "app"]);
  }
  const vitest = startTool("vitest", ["run", ...process.argv.slice(2)], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    vitest.once("error", reject);
    vitest.once("exit", (code) => resolve(code ?? 1));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
