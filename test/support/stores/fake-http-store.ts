import { type FakeReply, FakeStore } from "./fake-store.ts";

/** A shop that serves a CSV of its products and takes prices as JSON or CSV. */
export class FakeHttpStore extends FakeStore {
  protected idOf(number: number): string {
    return `${number}`;
  }

  protected productIdOf(number: number): string {
    return `${number}`;
  }

  protected isWrite(method: string): boolean {
    return method === "POST";
  }

  protected answer(method: string, url: URL, body: string, headers: Headers, half: boolean): FakeReply {
    if (headers.get("authorization") !== "Bearer open sesame") return { status: 403, body: "no" };
    if (method === "GET" && url.pathname === "/products.csv") {
      const lines = [...this.variants.values()].map(
        ({ sku, price, stock }) => `${sku};Product ${sku};${price};EUR;Things;${stock}`,
      );
      const file = ["sku;title;price;currency;category;stock", ...lines].join("\n");
      return { status: 200, body: file, headers: { "content-type": "text/csv" } };
    }
    if (method !== "POST" || url.pathname !== "/prices") return { status: 404, body: "no" };
    const { prices } = JSON.parse(body) as { prices: { sku: string; price: string }[] };
    const done = half ? prices.slice(0, Math.ceil(prices.length / 2)) : prices;
    for (const { sku, price } of done) this.write(sku, price);
    return { status: 200, body: {} };
  }
}
