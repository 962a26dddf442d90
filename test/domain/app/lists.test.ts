import { type InfiniteData, QueryClient } from "@tanstack/solid-query";
import { describe, expect, it } from "vitest";
import { type KeptPage, keptPage } from "../../../app/src/list/kept-page.ts";
import { patchRows } from "../../../app/src/list/patch-rows.ts";

interface Row {
  id: string;
  price: string;
}

const KEY = ["list", "products", { q: "lamp" }];

function clientWith(...pages: Row[][]): QueryClient {
  const client = new QueryClient();
  const data = { pages: pages.map((items) => keptPage({ items, nextCursor: null })), pageParams: [] };
  client.setQueryData(KEY, data);
  return client;
}

const read = (client: QueryClient) => client.getQueryData<InfiniteData<KeptPage<Row>>>(KEY);

describe("rows of a loaded list", () => {
  const first = [
    { id: "a", price: "1.00" },
    { id: "b", price: "2.00" },
  ];
  const second = [{ id: "c", price: "3.00" }];

  it("change in place, and those that are not meant stay the same objects", () => {
    const client = clientWith(first, second);
    const before = read(client);
    patchRows<Row>(client, ["products"], ({ id }) => (id === "b" ? { price: "2.50" } : undefined));
    const after = read(client);
    expect(after?.pages[0]?.rows.items).toEqual([first[0], { id: "b", price: "2.50" }]);
    expect(after?.pages[0]?.rows.items[0]).toBe(first[0]);
    expect(after?.pages[1]).toBe(before?.pages[1]);
  });

  it("are not touched where nothing changes, nor are other lists", () => {
    const client = clientWith(first);
    const before = read(client);
    patchRows<Row>(client, ["products"], () => undefined);
    patchRows<Row>(client, ["signals"], () => ({ price: "9.00" }));
    expect(read(client)).toBe(before);
  });

  it("leave the counts of the list alone, which are kept below its key", () => {
    const client = clientWith(first);
    const counts = { category: [{ value: "Lamps", count: 2 }] };
    client.setQueryData([...KEY, "facets"], counts);
    patchRows<Row>(client, ["products"], () => ({ price: "9.00" }));
    expect(client.getQueryData([...KEY, "facets"])).toBe(counts);
    expect(read(client)?.pages[0]?.rows.items[0]?.price).toBe("9.00");
  });
});
