import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Result } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type Install, newStateDir, startInstall } from "../support/install.ts";
import { stretchProduct } from "../support/long-texts.ts";
import { postShop, runToEnd } from "../support/posting.ts";
import { signIn } from "../support/session.ts";
import { generateShop, today } from "../support/shop.ts";

/** Some sixty pages, each at three widths. */
const EVERY_PAGE = { timeout: 240_000 };
const WIDTHS = [390, 768, 1440];
/** Just above where rows of tables become cards. */
const NARROW_TABLES = 641;
const SERIOUS = new Set(["serious", "critical"]);
/** What another theme or width can change; the other rules are asked once a page. */
const RULES_OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"];
const THEMES = ["light", "dark"] as const;

const state = newStateDir();
let install: Install;
let browser: Browser;
let page: Page;

const shop = generateShop({
  categories: { Lamps: -2.6, Kettles: -1.8 },
  skusPerCategory: 4,
  days: 60,
  priceRange: 0.2,
  competitors: ["northmart", "lowprice"],
  seed: 5,
  today: today(),
});
const [{ sku }] = shop.products as [{ sku: string }];

beforeAll(async () => {
  install = await startInstall(state.path);
  await postShop(install.api, shop);
  await runToEnd(install.api, "elasticity");
  await runToEnd(install.api, "proposals");
  ({ browser } = await launchBrowser());
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const context = await browser.newContext({ colorScheme: "light", viewport: { width: 1440, height: 900 } });
  await context.addInitScript(axe);
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await install?.stop();
  state.remove();
});

/** The addresses that the bar and its menus lead to, and those behind a row or a tab. */
async function addresses(): Promise<string[]> {
  const found = new Set<string>(["/account", "/users", "/keys", "/alerts/channels", "/alerts/sent"]);
  const collect = async () => {
    for (const link of await page.locator("nav.nav a, [role=menu] a").all())
      found.add((await link.getAttribute("href"))!);
  };
  await collect();
  for (const name of ["Analysis", "More"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("menu").waitFor();
    await collect();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
  }
  const firstId = async (path: string) =>
    (await install.api.get<{ items: { id: string }[] }>(`${path}limit=1`)).items[0]!.id;
  found.add(`/products/${sku}`).add("/competitors/northmart");
  found.add(`/approvals/${await firstId("/api/proposals?status=pending&")}`);
  found.add(`/decisions/${encodeURIComponent(await firstId("/api/decisions?"))}`);
  return [...found];
}

/** What keeps somebody from using the page as it is shown now. @param only these rules; default: all */
async function violations(only?: readonly string[]): Promise<string[]> {
  const found = await page.evaluate(async (values) => {
    const { axe } = window as unknown as { axe: { run(on: Document, options: object): Promise<unknown> } };
    const options = values ? { runOnly: { type: "rule", values } } : {};
    return axe.run(document, { resultTypes: ["violations"], ...options });
  }, only);
  return (found as { violations: Result[] }).violations
    .filter(({ impact }) => SERIOUS.has(impact ?? ""))
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** How far the page reaches beyond the screen, if it does. Charts follow the screen's width a moment later. */
async function overflow(width: number): Promise<string[]> {
  const fits = () => document.documentElement.scrollWidth <= innerWidth;
  await page.waitForFunction(fits, null, { timeout: 2_000 }).catch(() => {});
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return beyond > 0 ? [`${beyond} px wider than a screen of ${width} px`] : [];
}

async function problemsOf(address: string): Promise<string[]> {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(install.url + address);
  await page.locator("h1, h2").first().waitFor();
  await page.waitForLoadState("networkidle");
  const problems = await violations();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      const found = await violations(RULES_OF_LOOKS);
      problems.push(...found.map((problem) => `${width} px, ${theme}: ${problem}`));
    }
    problems.push(...(await overflow(width)));
  }
  await page.setViewportSize({ width: NARROW_TABLES, height: 900 });
  problems.push(...(await overflow(NARROW_TABLES)));
  await page.emulateMedia({ colorScheme: "light" });
  return [...new Set(problems)].map((problem) => `${address}: ${problem}`);
}

describe("every page of the dashboard", () => {
  it("can be used by everybody, in both themes, and is no wider than the screen", EVERY_PAGE, async () => {
    await page.goto(install.url);
    await page.getByLabel("Email").waitFor();
    const problems = await problemsOf("/sign-in");
    await signIn(page, install.url);
    const pages = await addresses();
    expect(pages.length).toBeGreaterThan(40);
    for (const address of pages) problems.push(...(await problemsOf(address)));
    expect(problems).toEqual([]);
  });

  it("of a product stays so with everything that it may show, however long the names and reasons are", async () => {
    await stretchProduct(page);
    expect(await problemsOf(`/products/${sku}`)).toEqual([]);
    for (const panel of ["Warehouse", "Price war", "In stores", "End the override", "Review the proposal"])
      expect(await page.getByText(panel).count(), panel).toBeGreaterThan(0);
  });
});
