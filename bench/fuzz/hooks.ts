import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import type { FuzzRequest } from "./requests.ts";

const FORMATS = ["pricewright", "changedetection", "apify", "jsonld"] as const;
type Format = (typeof FORMATS)[number];

/** A source of the install under test, and the secret that it signs with. */
export interface SignedSource {
  id: string;
  format: Format;
  secret: string;
}

/** Makes a source for every format. */
export async function makeSources(url: string, headers: Record<string, string>): Promise<SignedSource[]> {
  const run = Math.floor(performance.timeOrigin).toString(36);
  return Promise.all(
    FORMATS.map(async (format) => {
      const id = `fuzz-${format}-${run}`;
      const response = await fetch(`${url}/api/sources`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ id, name: id, format, rateLimit: 100_000 }),
      });
      const { secret } = (await response.json()) as { secret: string };
      return { id, format, secret };
    }),
  );
}

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>("9.99", "1.299,00 €", 12, "EUR", "in stock", true, null) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>("https://shop.test/p?a=1", "2026-11-01T10:00:00Z", 1.7e9),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
);

/** What each adapter reads, so that the values get past its first look. */
const FIELDS: Record<Format, readonly string[]> = {
  pricewright: ["source", "observations", "batchId", "events", "rows"],
  changedetection: [
    ...["watch_url", "url", "watch_title", "current_snapshot", "timestamp", "restock", "price", "message"],
    ...["body", "notification", "in_stock", "title"],
  ],
  apify: ["items", "resource", "eventData", "url", "price", "currency", "offers", "scrapedAt", "shop", "sku"],
  jsonld: ["@type", "@graph", "url", "offers", "name", "price", "priceCurrency", "gtin13", "items", "html"],
};

const objectOf = (fields: readonly string[]) =>
  fc.dictionary(
    fc.constantFrom(...fields),
    fc.oneof(value, fc.dictionary(fc.constantFrom(...fields), value)),
  );

/** Bodies that are signed rightly, as each adapter may be sent them. */
export function signedRequests(sources: readonly SignedSource[]): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...sources).chain(({ id, format, secret }) => {
    const one = objectOf(FIELDS[format]);
    const bodies = fc.oneof(one, fc.array(one, { maxLength: 5 }), fc.record({ items: fc.array(one) }), value);
    return fc.tuple(bodies, fc.uuid()).map(([body, webhookId]): FuzzRequest => {
      const text = JSON.stringify(body) ?? "";
      const at = new Date();
      return {
        ...{ operation: "post /api/hooks/{sourceId}", method: "POST", path: `/api/hooks/${id}` },
        ...{ type: "application/json", body: text },
        headers: {
          "webhook-id": webhookId,
          "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
          "webhook-signature": new Webhook(secret).sign(webhookId, at, text),
          authorization: "",
        },
      };
    });
  });
}
