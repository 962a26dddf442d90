import { TOTP } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { open } from "../support/dashboard.ts";
import { type Install, newStateDir, startInstall } from "../support/install.ts";
import { signIn } from "../support/session.ts";

const EVE = { email: "eve@shop.example", name: "Eve Baker", password: "a horse and a battery" };

const state = newStateDir();
let install: Install;
let browser: Browser;
let admin: Page;

beforeAll(async () => {
  install = await startInstall(state.path);
  ({ browser } = await launchBrowser());
  admin = await newPage();
  await signIn(admin, install.url);
});
afterAll(async () => {
  await browser?.close();
  await install?.stop();
  state.remove();
});

/** A browser of its own, with its own cookies. */
async function newPage(): Promise<Page> {
  return (await browser.newContext()).newPage();
}

async function openFromMenu(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
  await page.getByRole("heading", { name: item, level: 1 }).waitFor();
}

async function fillSignIn(page: Page): Promise<void> {
  await page.goto(`${install.url}/sign-in`);
  await page.getByLabel("Email").fill(EVE.email);
  await page.getByLabel("Password").fill(EVE.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

describe("a colleague", () => {
  let eve: Page;

  it("is invited with a link that is shown once", async () => {
    await openFromMenu(admin, "Users");
    await admin.getByRole("button", { name: "Invite a person" }).click();
    await admin.getByLabel("Email").fill(EVE.email);
    await admin.getByRole("combobox", { name: "Role" }).last().selectOption("analyst");
    await admin.getByRole("button", { name: "Make the link" }).click();
    const link = await admin.locator("code.secret").innerText();
    expect(link).toMatch(new RegExp(`^${install.url}/join#pwl_[0-9a-f]{64}$`));
    await admin.getByRole("button", { name: "Done" }).click();
    await admin.getByText("Invited").waitFor();
    eve = await newPage();
    await eve.goto(link);
  });

  it("chooses a name and a password, and is in", async () => {
    await eve.getByLabel("Your name").fill(EVE.name);
    await eve.getByLabel("Password").fill("short");
    await eve.getByRole("button", { name: "Join" }).click();
    await eve.getByText("at least 8 characters").last().waitFor();
    await eve.getByLabel("Password").fill(EVE.password);
    await eve.getByRole("button", { name: "Join" }).click();
    await eve.getByRole("heading", { name: "Approvals" }).waitFor();
    await eve.getByRole("button", { name: "Account" }).click();
    await eve.getByText("Role: analyst").waitFor();
    expect(await eve.getByRole("menuitem", { name: "Users" }).count()).toBe(0);
    await eve.keyboard.press("Escape");
  });

  it("switches a second factor on, and signs in with it elsewhere", async () => {
    await openFromMenu(eve, "Account");
    await eve.getByRole("button", { name: "Switch on" }).click();
    const dialog = eve.getByRole("dialog");
    await dialog.getByLabel("Password").fill(EVE.password);
    await dialog.getByRole("button", { name: "Continue" }).click();
    const secret = (await dialog.locator("code").innerText()).replaceAll(" ", "");
    await dialog.getByLabel("Code").fill(new TOTP({ secret }).generate());
    await dialog.getByRole("button", { name: "Switch on" }).click();
    await eve.getByRole("button", { name: "I have kept them" }).waitFor();
    const recovery = await eve.locator(".recovery-codes code").allInnerTexts();
    expect(recovery).toHaveLength(10);
    const elsewhere = await newPage();
    await fillSignIn(elsewhere);
    await elsewhere.getByLabel("Code").fill(recovery[0]!);
    await elsewhere.getByRole("button", { name: "Sign in" }).click();
    await elsewhere.getByRole("heading", { name: "Home" }).waitFor();
    await eve.getByRole("button", { name: "I have kept them" }).click();
    await eve.reload();
    await eve.getByText("This browser").waitFor();
    await eve.getByRole("button", { name: "End all others" }).click();
    await elsewhere.reload();
    await elsewhere.getByRole("heading", { name: "Sign in to Pricewright" }).waitFor();
  });

  it("is led to the sign-in within a minute after she is deactivated, without touching the page", async () => {
    await admin.reload();
    await admin.getByRole("button", { name: "Change Eve Baker" }).click();
    await admin.getByRole("button", { name: "Deactivate" }).click();
    await admin.getByRole("cell", { name: "Deactivated" }).waitFor();
    await eve.getByRole("heading", { name: "Sign in to Pricewright" }).waitFor({ timeout: 60_000 });
  });
});

it("a key is made, shown once, works, and is revoked", async () => {
  await openFromMenu(admin, "API keys");
  await admin.getByRole("button", { name: "Make a key" }).click();
  await admin.getByLabel("Name").fill("warehouse");
  await admin.getByRole("button", { name: "Make the key" }).click();
  const key = await admin.locator("code.secret").innerText();
  await admin.getByRole("button", { name: "Done" }).click();
  const ask = async () =>
    (await fetch(`${install.url}/api/products`, { headers: { authorization: `Bearer ${key}` } })).status;
  expect(await ask()).toBe(200);
  await admin.getByRole("button", { name: "Revoke warehouse" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await admin.getByRole("cell", { name: "Revoked" }).waitFor();
  expect(await ask()).toBe(401);
});

it("the API's description is shown without a script of others", async () => {
  const page = await newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).host));
  await page.goto(`${install.url}/docs`);
  await page.getByText("POST /api/users", { exact: true }).waitFor();
  expect(new Set(asked)).toEqual(new Set([new URL(install.url).host]));
});

describe("a list", () => {
  it("keeps a view under a name", async () => {
    const { url } = install;
    await open(admin, `${url}/approvals?status=rejected`, "Approvals");
    await admin.getByRole("button", { name: "Views" }).click();
    await admin.getByRole("dialog").getByLabel("Save what is shown as").fill("What we refused");
    await admin.getByRole("dialog").getByRole("button", { name: "Save view" }).click();
    await open(admin, `${url}/approvals`, "Approvals");
    await admin.getByRole("button", { name: "Views" }).click();
    await admin.getByRole("link", { name: "What we refused" }).click();
    await admin.waitForURL(/status=rejected/);
  });
});
