import type { Page } from "playwright-core";

/** Counts what a page asks about proposals and products: not what it asks every few seconds, such as how a run goes. */
export function countRequests(page: Page): { count: () => number; reset: () => void } {
  let count = 0;
  page.on("request", (request) => {
    if (/^\/api\/(proposals|products)/.test(new URL(request.url()).pathname)) count++;
  });
  return {
    count: () => count,
    reset: () => {
      count = 0;
    },
  };
}

/** Approves the opened proposal and as many that follow it, each with two keys; the next one opens by itself. */
export async function approveByKeyboard(page: Page, count: number): Promise<number> {
  let presses = 0;
  const press = async (key: string) => {
    presses++;
    await page.keyboard.press(key);
  };
  for (let i = 0; i < count; i++) {
    const opened = page.url();
    await page.locator(".pane-actions button").first().waitFor();
    const answered = page.waitForResponse(/\/approve$/);
    await press("a");
    // by selectors: to look for a role takes a slowed page longer than the work that is measured
    await page.locator("[role=dialog]").waitFor();
    await press("Enter");
    const status = (await answered).status();
    if (status !== 200) throw new Error(`an approval was answered ${status}`);
    await page.waitForURL((url) => url.href !== opened);
    await page.locator("#after-heading").waitFor();
  }
  return presses;
}

/** What has the focus: an open dialog, the opened proposal, a row of a table, something else of the page, or nothing. */
export function focusOf(page: Page): Promise<"dialog" | "proposal" | "row" | "page" | "nothing"> {
  return page.evaluate(() => {
    const active = document.activeElement;
    if (active === null || active === document.body) return "nothing";
    if (active.closest("[role=dialog]")) return "dialog";
    if (active.closest(".pane")) return "proposal";
    return active.closest("tr") ? "row" : "page";
  });
}

/** Opens a page by its address and waits until its list or its blocks are there. */
export async function open(page: Page, url: string, heading: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("heading", { name: heading, exact: true, level: 1 }).waitFor();
}

/** The toast that says how something ended. */
export async function told(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

/** A proposal was decided in its dialog, with this toast, and the next one is shown. */
export async function decided(page: Page, text: string | RegExp): Promise<void> {
  await told(page, text);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Market after the change" }).waitFor();
}

/** Px between a list's head, once it has been scrolled to the top, and the first of its rows that are made. */
export async function gapBelowHead(page: Page): Promise<number> {
  const table = page.locator("table:has(tr[data-index])");
  await table.evaluate(async (element) => {
    element.querySelector("thead")!.scrollIntoView({ block: "start" });
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
  return table.evaluate((element) => {
    const first = element.querySelector("tr[data-index]")!;
    return first.getBoundingClientRect().top - element.querySelector("thead")!.getBoundingClientRect().bottom;
  });
}
