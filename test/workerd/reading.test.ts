import { describe, expect, it } from "vitest";
import { call } from "./support.ts";

describe("POST /api/extract", () => {
  const html = `<h1>Aurora lamp</h1><script type="application/ld+json">{"@type":"Product","name":"Aurora lamp","sku":"AU-1",
    "offers":{"price":"49,90","priceCurrency":"EUR","availability":"http://schema.org/SoldOut"}}</script>`;

  it("reads the product of a page", async () => {
    const answer = await call("POST", "/api/extract", { url: "https://shop.example/p/1", html });
    expect(answer).toMatchObject({
      status: 200,
      body: { price: "49.90", currency: "EUR", availability: "out_of_stock", sku: "AU-1", how: "jsonld" },
    });
  });

  it("takes a page of five megabytes, and refuses a larger one", async () => {
    const url = "https://shop.example/p/1";
    const large = html + "<p>word</p>".repeat(450_000);
    expect(await call("POST", "/api/extract", { url, html: large })).toMatchObject({
      body: { price: "49.90" },
    });
    const tooLarge = "x".repeat(6_000_001);
    expect((await call("POST", "/api/extract", { url, html: tooLarge })).status).toBe(422);
  });

  it("names what is wrong with a body", async () => {
    const answer = await call<{ errors: { path: string }[] }>("POST", "/api/extract", {
      url: "ftp://x",
      html: 1,
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ path }) => path).sort()).toEqual(["html", "url"]);
  });
});
