import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAll } from "../../scripts/client/runs.ts";
import { launchBrowser } from "../support/browser.ts";
import { focusOf, open } from "../support/dashboard.ts";
import { ADMIN, type Install, newStateDir, startInstall } from "../support/install.ts";
import { postShop, runToEnd } from "../support/posting.ts";
import { signIn } from "../support/session.ts";
import { generateShop, today } from "../support/shop.ts";

interface Proposal {
  id: string;
  sku: string;
  title: string;
  from: string;
  to: string;
  risk: string;
}

const state = newStateDir();
let install: Install;
let browser: Browser;

beforeAll(async () => {
  install = await startInstall(state.path);
  ({ browser } = await launchBrowser());
});
afterAll(async () => {
  await browser?.close();
  await install?.stop();
  state.remove();
});

const shop = generateShop({
  categories: { Lamps: -2.6, Kettles: -2.3 },
  skusPerCategory: 8,
  days: 120,
  priceRange: 0.2,
  competitors: ["northmart", "lowprice"],
  costs: 1.15,
  seed: 11,
  today: today(),
});

/** Two prices seen just now: one far below ours, one far above. */
function pricesSeenNow(): object[] {
  const [first, second] = shop.products as { sku: string; price: string }[];
  const observedAt = new Date().toISOString();
  const seen = ({ sku, price }: { sku: string; price: string }, competitor: string, share: number) => ({
    ...{ sku, competitor, observedAt },
    price: (Number(price) * share).toFixed(2),
  });
  return [seen(first!, "lowprice", 0.9), seen(second!, "northmart", 1.2)];
}

describe("the whole line", () => {
  it("takes products, prices and demand", async () => {
    const sum = await postShop(install.api, shop);
    expect(sum).toMatchObject({
      received: 16 * 120 * 3,
      accepted: 16 * 120 * 3,
      rejected: 0,
      quarantined: 0,
    });
  });

  it("opens signals on the prices it sees", async () => {
    await postShop(install.api, { products: shop.products, demand: [], observations: pricesSeenNow() });
    const signals = await readAll<{ sku: string; competitor: string; type: string }>(
      install.api,
      "/api/signals?status=open",
    );
    const [undercut, overpriced] = pricesSeenNow() as { sku: string; competitor: string }[];
    expect(signals).toContainEqual(
      expect.objectContaining({ type: "UNDERCUT", sku: undercut!.sku, competitor: undercut!.competitor }),
    );
    expect(signals).toContainEqual(
      expect.objectContaining({
        type: "OVERPRICED",
        sku: overpriced!.sku,
        competitor: overpriced!.competitor,
      }),
    );
  });

  it("learns elasticities and proposes prices, each with its reasons", async () => {
    expect(await runToEnd(install.api, "elasticity")).toMatchObject({ status: "done" });
    expect(await runToEnd(install.api, "proposals")).toMatchObject({ status: "done" });
    const elasticities = await readAll<{ mean: number; identified: boolean }>(
      install.api,
      "/api/elasticities",
    );
    expect(elasticities).toHaveLength(16);
    for (const { mean } of elasticities) expect(mean).toBeLessThan(0);
    expect((await pending()).length).toBeGreaterThan(0);
  });

  async function pending(): Promise<Proposal[]> {
    return readAll<Proposal>(install.api, "/api/proposals?status=pending");
  }

  it("applies in the browser what a person approves, within two seconds, and names the person", async () => {
    const proposal = (await pending()).find(({ risk }) => risk !== "HIGH")!;
    const page = await browser.newPage();
    await signIn(page, install.url);
    await page.goto(`${install.url}/approvals/${proposal.id}`);
    await page.getByRole("heading", { name: proposal.title, exact: true }).waitFor();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    const confirm = page.getByRole("dialog").getByRole("button", { name: "Approve", exact: true });

    const before = await install.api.get<{ price: string }>(`/api/price/${proposal.sku}`);
    expect(before.price).toBe(proposal.from);
    const answered = page.waitForResponse(/\/approve$/);
    await confirm.click();
    expect((await answered).status()).toBe(200);
    await expect
      .poll(() => install.api.get(`/api/price/${proposal.sku}`), { timeout: 2_000, interval: 50 })
      .toMatchObject({ price: proposal.to, source: "applied" });
    await page.getByText("Price applied").waitFor();
    await page.close();

    const ledger = await readAll<object>(install.api, `/api/products/${proposal.sku}/history`);
    expect(ledger).toContainEqual(
      expect.objectContaining({ from: proposal.from, to: proposal.to, actor: `user:${ADMIN.email}` }),
    );
    expect(await install.api.get("/api/audit/verify")).toMatchObject({ ok: true });
  });

  it("puts a HIGH price in force when a second person agrees to it", async () => {
    const bob = { email: "bob@shop.example", name: "Bob Miller", password: "a stapler and a horse" };
    await install.api.post("/api/users", { ...bob, role: "approver" });
    // unit costs are above half of the price, so that the margin falls by more than five points
    const [{ id, sku, title, from }] = (await pending()) as [Proposal];
    const lower = (Number(from) * 0.905).toFixed(2);
    const page = await browser.newPage();
    await signIn(page, install.url);
    await page.goto(`${install.url}/approvals/${id}`);
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^Price \(/).fill(lower);
    await dialog.getByRole("button", { name: "Approve", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await install.api.get(`/api/price/${sku}`)).toMatchObject({ price: from });
    await page.close();

    const second = await (await browser.newContext()).newPage();
    await signIn(second, install.url, bob);
    await second.goto(`${install.url}/approvals/${id}`);
    await second.getByRole("heading", { name: title, exact: true }).waitFor();
    await second.getByText(ADMIN.email).first().waitFor();
    await second.getByRole("button", { name: "Edit", exact: true }).click();
    await second
      .getByRole("dialog")
      .getByLabel(/^Price \(/)
      .fill(lower);
    await second.getByRole("dialog").getByRole("button", { name: "Approve", exact: true }).click();
    await second.getByText("Price applied").waitFor();
    expect(await install.api.get(`/api/price/${sku}`)).toMatchObject({ price: lower });
    await second.context().close();
  });

  it("says that the connection is lost, and shows what happened meanwhile once it is back", async () => {
    const { id, title } = (await pending()).findLast(({ risk }) => risk !== "HIGH")!;
    const page = await browser.newPage();
    await signIn(page, install.url);
    await page.goto(`${install.url}/approvals/${id}`);
    await page.getByRole("heading", { name: title, exact: true }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await install.stop();
    await page.getByText("Reconnecting", { exact: true }).waitFor();
    install = await startInstall(state.path, { port: install.port });
    await install.api.post(`/api/proposals/${id}/reject`, { note: "Decided while nobody was connected." });
    await page.getByText("Live", { exact: true }).waitFor();
    await page.locator(".pane").getByText("Rejected", { exact: true }).first().waitFor();
    await page.close();
  });

  it("shows what a bulk decision leaves out because somebody else decided, and decides the rest", async () => {
    const page = await browser.newPage();
    await signIn(page, install.url);
    const marks = page.getByRole("checkbox", { name: /^Mark / });
    await marks.nth(1).check();
    await marks.nth(0).check();
    const titles = await page.locator("tbody [data-row-link]").allInnerTexts();
    const taken = (await pending()).find(({ title }) => title === titles[0])!;
    await page.getByRole("button", { name: "Reject 2 marked…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Reject 2", exact: true }).waitFor();
    await install.api.post(`/api/proposals/${taken.id}/approve`, { note: "x".repeat(50) });
    await dialog.getByRole("button", { name: "Reject 2", exact: true }).click();
    await page.getByText("1 proposal rejected").waitFor();
    await page.getByText("1 proposal could not be decided.").waitFor();
    expect(await install.api.get(`/api/proposals/${taken.id}`)).toMatchObject({ status: "applied" });
    await page.close();
  });

  it("keeps the focus where the work is: after opening, after each dialog and decision, on the way back", async () => {
    const page = await browser.newPage();
    await signIn(page, install.url);
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    const isOn = (place: string) => expect.poll(() => focusOf(page), { timeout: 10_000 }).toBe(place);
    const press = (...keys: string[]) =>
      keys.reduce((so, key) => so.then(() => page.keyboard.press(key)), Promise.resolve());
    await open(page, `${install.url}/signals`, "Signals");
    await button("Acknowledge").first().focus();
    // a colleague takes it on meanwhile: the row changes under the focus
    await install.api.post("/api/signals/assign", { filter: { status: "open" }, to: ADMIN.email });
    await button("Assigned to Me. Change").first().waitFor();
    await isOn("row");
    await press("Enter");
    await page.locator("tbody").getByText("Acknowledged", { exact: true }).first().waitFor();
    await isOn("row");
    await open(page, `${install.url}/overrides`, "Overrides");
    await button("New override").focus();
    await press("Enter");
    await isOn("dialog");
    await press("Escape");
    await isOn("page");
    await open(page, `${install.url}/approvals?sort=risk`, "Approvals");
    await page.locator("tbody [data-row-link]").first().waitFor();
    await press("j", "j");
    await isOn("row");
    await press("Enter");
    await isOn("proposal");
    for (const key of ["a", "r", "e"]) {
      await button("Reject").waitFor();
      await press(key);
      await isOn("dialog");
      await press("Escape");
      await isOn("proposal");
    }
    for (const key of ["a", "r"]) {
      const opened = page.url();
      await press(key);
      await isOn("dialog");
      await press("Enter");
      await page.waitForURL((url) => url.href !== opened);
      await isOn("proposal");
      await button("Reject").waitFor();
    }
    await press("Escape");
    await isOn("row");
    await page.close();
  });

  it("approves by keyboard with two keys each, and decides the rest at once after showing what that does", async () => {
    const left = (await pending()).filter(({ risk }) => risk !== "HIGH");
    expect(left.length).toBeGreaterThan(2);
    const page = await browser.newPage();
    await signIn(page, install.url);
    await page.goto(`${install.url}/approvals/${left[0]!.id}`);
    await page.getByRole("heading", { name: left[0]!.title, exact: true }).waitFor();
    const opened = page.url();
    const answered = page.waitForResponse(/\/approve$/);
    await page.keyboard.press("a");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Enter");
    expect((await answered).status()).toBe(200);
    // the next pending one opens by itself
    await page.waitForURL((url) => url.href !== opened);

    await page.goto(`${install.url}/approvals`);
    const rest = await pending();
    await page.getByText(`${rest.length} proposal`).first().waitFor();
    await page.getByRole("button", { name: "Reject all…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: `Reject ${rest.length}`, exact: true }).click();
    await page.getByText("No proposal is waiting for a decision").waitFor();
    expect(await pending()).toEqual([]);
    await page.close();
  });

  it("leads to the sign-in when a session has ended, and on to the page that was asked for", async () => {
    const page = await (await browser.newContext()).newPage();
    await signIn(page, install.url);
    await page.goto(`${install.url}/products?sort=-price`);
    await page.locator("tbody [data-row-link]").first().waitFor();
    await page.context().clearCookies();
    await page.getByRole("link", { name: "Signals" }).click();
    await page.getByRole("heading", { name: "Sign in to Pricewright" }).waitFor();
    await page.getByLabel("Email").fill(ADMIN.email);
    await page.getByLabel("Password").fill(ADMIN.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Signals" }).waitFor();
    await page.context().close();
  });

  it("turns away a wrong password, and a stranger from everything but the public paths", async () => {
    const page = await browser.newPage();
    await page.goto(`${install.url}/approvals`);
    await page.getByLabel("Email").fill(ADMIN.email);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.close();
    expect((await fetch(`${install.url}/api/proposals`)).status).toBe(401);
    expect((await fetch(`${install.url}/api/health`)).status).toBe(200);
  });
});
