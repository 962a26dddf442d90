import type { Page } from "playwright-core";
import { ADMIN } from "./install.ts";

/** Signs in through the sign-in page and opens the queue of proposals. */
export async function signIn(page: Page, url: string, person = ADMIN): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await page.goto(`${url}/approvals`);
  await page.getByRole("heading", { name: "Approvals" }).waitFor();
}
