import type { Browser, Page } from "playwright-core";
import type { Api } from "../../scripts/client/api.ts";
import { approveByKeyboard, countRequests } from "../../test/support/dashboard.ts";
import { type Cookies, type Interactions, interactionsOf, loadOf, nodesOf, slowPage } from "./measures.ts";

const ROW = "tbody [data-row-link]";
const NOT_HIGH = "/approvals?risk=LOW";
const WAIT_MS = 60_000;

/** By selectors, not by roles: to look for a role takes the slowed page longer than what is measured. */
const paneIsThere = (page: Page) => page.locator("#after-heading").waitFor();
const DIALOG = "[role=dialog]";

/** What somebody does in a minute of approving: moves, opens, goes on, asks and leaves, goes back, scrolls, sorts. */
async function workABit(page: Page): Promise<void> {
  for (const key of ["j", "j", "j", "x", "k", "x"]) await page.keyboard.press(key);
  await page.keyboard.press("Enter");
  await paneIsThere(page);
  for (const key of ["j", "j", "k"]) {
    await page.keyboard.press(key);
    await paneIsThere(page);
    await page.waitForTimeout(400);
  }
  await page.keyboard.press("a");
  await page.locator(DIALOG).waitFor();
  await page.keyboard.press("Escape");
  await page.locator(DIALOG).waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.locator(ROW).first().waitFor();
  await page.mouse.wheel(0, 4_000);
  await page.waitForTimeout(300);
  await page.mouse.wheel(0, -8_000);
  await page.waitForTimeout(300);
  await page.locator(ROW).nth(3).click();
  await paneIsThere(page);
  await page.keyboard.press("Escape");
  await page.locator(ROW).first().waitFor();
  await page.locator("thead button", { hasText: "Risk" }).click();
  await page.locator(ROW).first().waitFor();
}

/** Counts the changes that come over the live connections of a page. */
function countUpdates(page: Page): () => number {
  let count = 0;
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const { items } = String(payload).startsWith("{") ? JSON.parse(String(payload)) : { items: [] };
      count += items?.length ?? 0;
    }),
  );
  return () => count;
}

export interface UnderUpdates extends Interactions {
  updatesPerSecond: number;
}

/** Works in the list of approvals while the market moves. `feed` starts the movements, and returns what ends them. */
export async function underUpdates(
  browser: Browser,
  {
    url,
    cookies,
    seconds,
    feed,
  }: { url: string; cookies: Cookies; seconds: number; feed: () => () => Promise<void> },
): Promise<UnderUpdates> {
  const page = await slowPage(browser, cookies);
  const updates = countUpdates(page);
  const stop = feed();
  try {
    await loadOf(page, `${url}/approvals`, ROW);
    const [from, before] = [Date.now(), updates()];
    do await workABit(page);
    while (Date.now() < from + seconds * 1_000);
    const updatesPerSecond = (updates() - before) / ((Date.now() - from) / 1_000);
    return { ...(await interactionsOf(page)), updatesPerSecond };
  } finally {
    await page.context().close();
    await stop();
  }
}

declare global {
  interface Window {
    /** ms that the proposal took which the next key opens */
    opening: Promise<number>;
  }
}

/** Milliseconds from a key press until the next proposal is painted, each from the key's own time. */
async function openingsOf(page: Page, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    // listens before the key is sent: a key overtakes what else the page is asked
    await page.evaluate(() => {
      window.opening = new Promise<number>((resolve) => {
        const shown = () => document.querySelector(".pane .pane-title a")?.textContent ?? "";
        const before = shown();
        const isThere = () => shown() !== before && document.querySelector(".pane .sentence") !== null;
        addEventListener(
          "keydown",
          ({ timeStamp }) => {
            const look = () => {
              if (!isThere()) requestAnimationFrame(look);
              else requestAnimationFrame(() => resolve(performance.now() - timeStamp));
            };
            requestAnimationFrame(look);
          },
          { once: true, capture: true },
        );
      });
    });
    await page.keyboard.press("j");
    found.push(await page.evaluate(() => window.opening));
    await paneIsThere(page);
    await page.waitForTimeout(300);
  }
  return found;
}

/** Scrolls to the end of a list, however often it reads on. Returns how many rows it has, and the most nodes on the way. */
export async function scrollToEnd(page: Page, total: number): Promise<{ rows: number; nodes: number }> {
  let [rows, nodes] = [0, 0];
  const until = Date.now() + 3 * WAIT_MS;
  while (rows < total && Date.now() < until) {
    await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight }));
    await page.waitForTimeout(60);
    const last = await page.locator("tbody tr[aria-rowindex]").last().getAttribute("aria-rowindex");
    rows = Number(last) - 1;
    nodes = Math.max(nodes, await nodesOf(page));
  }
  return { rows, nodes };
}

/** Opens proposals one after another: with the first page of the list read, and with all of it. */
export async function openings(
  browser: Browser,
  { url, cookies, count, total }: { url: string; cookies: Cookies; count: number; total: number },
) {
  const page = await slowPage(browser, cookies);
  try {
    await loadOf(page, `${url}/approvals`, ROW);
    const { rows, nodes } = await scrollToEnd(page, total);
    await page.evaluate(() => scrollTo({ top: 0 }));
    await page.waitForTimeout(500);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await paneIsThere(page);
    return { rows, nodes, ms: await openingsOf(page, count) };
  } finally {
    await page.context().close();
  }
}

/** Approves by keyboard alone, one after another. */
export async function approvals(
  browser: Browser,
  { url, cookies, count }: { url: string; cookies: Cookies; count: number },
) {
  const page = await slowPage(browser, cookies);
  try {
    await loadOf(page, url + NOT_HIGH, ROW);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await paneIsThere(page);
    const requests = countRequests(page);
    const from = Date.now();
    const presses = await approveByKeyboard(page, count);
    const seconds = (Date.now() - from) / 1_000;
    const { inpMs, slowest, count: interactions } = await interactionsOf(page);
    const each = { presses: presses / count, requests: requests.count() / count };
    return { ...each, seconds, inpMs, slowest, interactions };
  } finally {
    await page.context().close();
  }
}

/** Marks so many rows, sees what approving them would do, and approves them. Seconds of each step. */
export async function approveTogether(
  browser: Browser,
  { url, cookies, count }: { url: string; cookies: Cookies; count: number },
) {
  const page = await slowPage(browser, cookies);
  try {
    await loadOf(page, url + NOT_HIGH, ROW);
    const row = (index: number) => page.locator(`tr[aria-rowindex="${index + 2}"] .row-mark`);
    await row(0).click();
    await scrollToEnd(page, count);
    await row(count - 1).scrollIntoViewIfNeeded();
    await row(count - 1).click({ modifiers: ["Shift"] });
    const from = Date.now();
    await page.getByRole("button", { name: `Approve ${count} marked…` }).click();
    const approve = page.getByRole("dialog").getByRole("button", { name: /^Approve \d+$/ });
    await approve.waitFor();
    const previewed = Date.now();
    await approve.click();
    await page.getByText(/^\d+ proposals approved$/).waitFor({ timeout: WAIT_MS });
    const text = await page.getByText(/^\d+ proposals approved$/).innerText();
    const [preview, decision] = [(previewed - from) / 1_000, (Date.now() - previewed) / 1_000];
    return { done: Number.parseInt(text, 10), preview, decision, seconds: preview + decision };
  } finally {
    await page.context().close();
  }
}

/** Lets competitors' prices move through the API, `perSecond` of them, each of which opens or closes a signal. */
export function movingMarket(
  api: Api,
  products: readonly { sku: string; price: string }[],
  perSecond: number,
): () => Promise<void> {
  const perBatch = Math.ceil(perSecond / 4);
  let n = 0;
  const under = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    const observedAt = new Date().toISOString();
    const observations = Array.from({ length: perBatch }, () => {
      const { sku, price } = products[n % products.length]!;
      const share = Math.floor(n++ / products.length) % 2 === 0 ? 0.88 : 1.01;
      const seen = { sku, competitor: "northmart", currency: "EUR", availability: "in_stock", observedAt };
      return { ...seen, price: (Number(price) * share).toFixed(2) };
    });
    // a batch that is late does not hold up the next one
    const batch = api.post("/api/ingest/observations", { source: "bench-live", observations });
    const sent: Promise<unknown> = batch.catch(console.error).then(() => under.delete(sent));
    under.add(sent);
  }, 250);
  return async () => {
    clearInterval(timer);
    await Promise.all(under);
  };
}
