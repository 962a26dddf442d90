import { launchBrowser } from "./test/support/browser.ts";
import { signIn } from "./test/support/session.ts";
const url = "http://localhost:8931";
const { browser } = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
const errors: string[] = [];
page.on("pageerror", (e) => errors.push(String(e)));
page.on("console", (m) => { if (m.type() === "error") errors.push(m.text()); });
await page.goto(url);
await page.getByLabel("Email").fill("ada@shop.test");
await page.getByLabel("Password").fill("correct-horse");
await page.getByRole("button", { name: "Sign in" }).click();
await page.waitForTimeout(6000); await page.screenshot({path:"/tmp/caps-shots/in.png"});
const list: [string, string, string?][] = [
  ["approvals", "/approvals", ".insights > summary"], ["signals", "/signals", ".insights > summary"],
  ["market", "/market"], ["competitor", "/competitors/northmart?beside=lowprice"], ["elasticity", "/elasticity"],
  ["demand-signals", "/demand-signals"], ["funnel", "/funnel", "details > summary"], ["forecasts", "/forecasts"], ["product", "/products/LAM-001"],
];
for (const [name, path, open] of list) {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 1000 });
    await page.goto(url + path);
    await page.waitForLoadState("networkidle").catch(() => {});
    if (open) await page.locator(open).first().click().catch((e) => errors.push(`${name} ${e}`));
    await page.waitForTimeout(2500);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) errors.push(`${name} ${width}: ${over} px too wide`);
    await page.screenshot({ path: `/tmp/caps-shots/${name}-${width}.png`, fullPage: true });
  }
}
console.log(errors.join("\n") || "no errors");
await browser.close();
