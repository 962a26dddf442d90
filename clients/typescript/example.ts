// Reads product pages and posts the prices that they show: node example.ts <competitor> <page> …
import { createClient } from "./client.ts";
import { Scraper } from "./scraper.ts";

const install = { url: process.env.PRICEWRIGHT_URL!, key: process.env.PRICEWRIGHT_KEY! };
const [client, scraper] = [createClient(install), new Scraper({ ...install, source: "example-ts" })];
const [competitor = "", ...pages] = process.argv.slice(2);
for (const url of pages) {
  const html = await (await fetch(url)).text();
  const { data } = await client.POST("/api/extract", { body: { url, html } });
  if (!data?.price) continue;
  const { price, currency, gtin, sku: competitorSku, availability } = data;
  const seen = { competitor, url, price, currency, gtin, competitorSku, availability };
  await scraper.add({ ...seen, observedAt: new Date().toISOString() });
}
for (const { accepted, rejected, problems } of await scraper.finish())
  console.log({ accepted, rejected, problems });
