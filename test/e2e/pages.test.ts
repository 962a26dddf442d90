import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "../../scripts/client/api.ts";
import { readAll } from "../../scripts/client/runs.ts";
import { quietEnvironment } from "../../scripts/start/tools.ts";
import { launchBrowser } from "../support/browser.ts";
import { API_KEY, newStateDir, printed, ROOT, type Running, run, startInstall } from "../support/install.ts";
import { freePort } from "../support/ports.ts";
import { postShop, runToEnd } from "../support/posting.ts";
import { signIn } from "../support/session.ts";
import { generateShop, today } from "../support/shop.ts";

const state = newStateDir();
let pages: Running;
let url: string;
let browser: Browser;

const shop = generateShop({
  categories: { Clocks: -2.4 },
  skusPerCategory: 4,
  days: 120,
  priceRange: 0.2,
  competitors: ["northmart"],
  seed: 23,
  today: today(),
});

/** The Pages project with its functions, bound to the Worker, on a state that has users and proposals. */
async function startPages(): Promise<void> {
  const port = await freePort();
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  pages = run(
    process.execPath,
    [
      wrangler,
      ...["pages", "dev", "-c", "wrangler.toml", "-c", "../wrangler.toml"],
      ...["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
      ...["--persist-to", state.path],
    ],
    quietEnvironment(state.path),
    "app",
  );
  await printed(pages, /Ready on /);
  url = `http://localhost:${port}`;
}

beforeAll(async () => {
  const install = await startInstall(state.path);
  await postShop(install.api, shop);
  await runToEnd(install.api, "elasticity");
  await runToEnd(install.api, "proposals");
  await install.stop();
  await startPages();
  ({ browser } = await launchBrowser());
});
afterAll(async () => {
  await browser?.close();
  await pages?.kill();
  state.remove();
});

/** The next frame of the page's live socket that tells of a change, as text. */
function nextLiveFrame(page: Page): Promise<string> {
  return new Promise((resolve) => {
    page.on("websocket", (socket) => {
      if (!socket.url().includes("/api/live")) return;
      socket.on("framereceived", ({ payload }) => {
        if (String(payload).includes('"items"')) resolve(String(payload));
      });
    });
  });
}

describe("the app as a Pages project", () => {
  it("signs in, lists the proposals and receives a live frame through its functions", async () => {
    const api = createApi({ url, key: API_KEY });
    const page = await browser.newPage();
    const frame = nextLiveFrame(page);
    const connected = page.waitForEvent("websocket");
    await signIn(page, url);
    const proposals = await readAll<{ title: string }>(api, "/api/proposals?status=pending");
    expect(proposals.length).toBeGreaterThan(0);
    for (const { title } of proposals) await page.getByText(title, { exact: true }).first().waitFor();

    await connected;
    const { sku, price } = shop.products[0] as { sku: string; price: string };
    const observedAt = new Date().toISOString();
    const undercut = { sku, competitor: "northmart", price: (Number(price) * 0.8).toFixed(2), observedAt };
    await postShop(api, { products: shop.products, demand: [], observations: [undercut] });
    expect(JSON.parse(await frame)).toMatchObject({ seq: expect.any(Number), items: expect.any(Array) });
    await page.close();
  });

  it("passes the API's documents on, and serves the app for every other path", async () => {
    const documents = await fetch(`${url}/openapi.json`);
    expect(await documents.json()).toMatchObject({ openapi: expect.any(String) });
    expect((await fetch(`${url}/docs`)).headers.get("content-type")).toContain("text/html");
    const deep = await (await fetch(`${url}/approvals/some-id`)).text();
    expect(deep).toContain('<div id="root">');
    expect((await fetch(`${url}/api/proposals`)).status).toBe(401);
  });
});
