import { beforeAll, describe, expect, it } from "vitest";
import { addProducts, call, observation, postObservations } from "./support.ts";

interface Item {
  sku: string;
  type: string;
  group?: { id: string; count: number; products: number; types: Record<string, number> };
}
interface Page {
  items: Item[];
  total?: number;
  nextCursor: string | null;
}

const SKUS = ["GRP-1", "GRP-2", "GRP-3", "GRP-4", "GRP-5"];

const list = async (query: string) => (await call<Page>("GET", `/api/signals?${query}`)).body;

beforeAll(async () => {
  await addProducts(...SKUS.map((sku) => ({ sku })));
  // alpha cuts four prices, one of them by far the most; beta one
  const cuts = SKUS.slice(0, 4).map((sku, i) => observation(sku, i === 2 ? 55 : 92, { competitor: "alpha" }));
  await postObservations("groups", "alpha", cuts);
  await postObservations("groups", "beta", [observation("GRP-5", 90, { competitor: "beta" })]);
});

describe("the signals of one move", () => {
  it("are one group with what it did, shown by its largest change", async () => {
    const page = await list("groupBy=move&facets=type");
    expect(page).toMatchObject({ total: 2, nextCursor: null, facets: { type: expect.any(Array) } });
    const alpha = page.items.find(({ sku }) => sku === "GRP-3")!;
    // the product's own signal, above the market, belongs to the move that opened it
    expect(alpha.group).toMatchObject({ count: 5, products: 4, types: { UNDERCUT: 4, ABOVE_MARKET: 1 } });
    expect(page.items.find(({ sku }) => sku === "GRP-5")!.group).toMatchObject({ count: 1, products: 1 });
    const members = await list(`move=${encodeURIComponent(alpha.group!.id)}`);
    expect(members.total).toBe(5);
    expect(new Set(members.items.map(({ sku }) => sku))).toEqual(new Set(SKUS.slice(0, 4)));
  });

  it("come page by page, in the orders that groups have", async () => {
    const first = await list("groupBy=move&limit=1&sort=-severity");
    expect(first).toMatchObject({ total: 2, items: [{ sku: "GRP-3" }] });
    const second = await list(`groupBy=move&limit=1&sort=-severity&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ sku: "GRP-5" }], nextCursor: null });
    expect(await list("groupBy=move&status=resolved")).toMatchObject({ items: [], total: 0 });
    expect(await list("groupBy=move&q=beta")).toMatchObject({ items: [{ sku: "GRP-5" }], total: 1 });
    expect(await list("groupBy=move&sort=sku")).toMatchObject({ errors: [{ path: "sort" }] });
  });

  it("can be acknowledged together", async () => {
    const { items } = await list("groupBy=move&sku=GRP-5");
    const filter = { move: items[0]!.group!.id };
    expect((await call("POST", "/api/signals/acknowledge", { filter })).body).toMatchObject({ done: 1 });
    expect(await list("groupBy=move&status=open")).toMatchObject({ total: 1 });
  });
});
