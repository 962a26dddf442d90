import { beforeAll, describe, expect, it } from "vitest";
import { auditOf, fetchRaw } from "./back-support.ts";
import { addUser, cookiesOf, PASSWORD, postSignIn } from "./identity-support.ts";
import { addProducts, call, observation, postObservations } from "./support.ts";

interface Item {
  id: string;
  assignee?: string;
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

describe("the signals of one product", () => {
  it("are one group, whoever moved", async () => {
    const page = await list("groupBy=product&sort=-severity");
    expect(page).toMatchObject({ total: 5 });
    expect(page.items[0]).toMatchObject({
      sku: "GRP-3",
      group: { count: 2, products: 1, types: { UNDERCUT: 1, ABOVE_MARKET: 1 } },
    });
  });
});

describe("signals given to a person", () => {
  const mine = async (cookie: string) => {
    const answer = await fetchRaw("/api/signals?assignee=me&sort=sku", { headers: { cookie } });
    return ((await answer.json()) as Page).items.map(({ sku, assignee }) => [sku, assignee]);
  };

  it("are that person's, alone or many at once, and each is in the audit once", async () => {
    await addUser("ada@shop.test");
    await addUser("gone@shop.test", 0);
    const cookie = cookiesOf((await postSignIn("ada@shop.test", PASSWORD)).headers);
    const people = (await call<{ items: { email: string }[] }>("GET", "/api/people")).body.items;
    expect(people.map(({ email }) => email)).toContain("ada@shop.test");
    expect(people.map(({ email }) => email)).not.toContain("gone@shop.test");

    const [one] = (await list("sku=GRP-1&status=open")).items;
    const path = `/api/signals/${encodeURIComponent(one!.id)}/assign`;
    const given = await call<Item>("POST", path, { to: "ADA@shop.test" });
    expect(given).toMatchObject({ status: 200, body: { id: one!.id, assignee: "ada@shop.test" } });
    await call("POST", path, { to: "ada@shop.test" });
    expect((await auditOf(one!.id)).map(({ action }) => action)).toEqual(["signal.assign"]);
    expect(await mine(cookie)).toEqual([["GRP-1", "ada@shop.test"]]);

    const rest = { filter: { competitor: "alpha", assignee: "none" }, to: "ada@shop.test" };
    expect((await call("POST", "/api/signals/assign", rest)).body).toMatchObject({ done: 3, remaining: 0 });
    expect((await mine(cookie)).map(([sku]) => sku)).toEqual(SKUS.slice(0, 4));
    const facet = (await list("facets=assignee&competitor=alpha")) as Page & { facets?: unknown };
    expect(facet.facets).toEqual({ assignee: [{ value: "ada@shop.test", count: 4 }] });

    expect((await call<Item>("POST", path, { to: null })).body.assignee).toBeUndefined();
    expect((await mine(cookie)).map(([sku]) => sku)).toEqual(SKUS.slice(1, 4));
  });

  it("stay theirs when the shard tells of them again", async () => {
    await postObservations("groups", "again", [observation("GRP-2", 91, { competitor: "alpha" })]);
    expect((await list("sku=GRP-2&type=UNDERCUT")).items).toMatchObject([{ assignee: "ada@shop.test" }]);
  });

  it("are not given to nobody known, and a machine has none of its own", async () => {
    const [one] = (await list("sku=GRP-1&status=open")).items;
    for (const to of ["nobody@shop.test", "gone@shop.test"])
      expect(await call("POST", `/api/signals/${one!.id}/assign`, { to })).toMatchObject({
        status: 422,
        body: { errors: [{ path: "to" }] },
      });
    expect((await call("POST", "/api/signals/no-such/assign", { to: null })).status).toBe(404);
    expect(await list("assignee=me")).toMatchObject({ errors: [{ path: "assignee" }] });
    expect((await call("POST", "/api/signals/assign", { to: null })).status).toBe(422);
  });
});

describe("what the signals of a query come to", () => {
  const summary = async (query: string) => (await call("GET", `/api/signals/summary?${query}`)).body;

  it("is how many there are of each type, how large, and which products are undercut twice", async () => {
    const before = await summary("q=GRP-3");
    // 100 against 55 is 81.82 %; the product's own signal compares with the same price
    expect(before).toMatchObject({ signals: 2, repeatUndercuts: 0 });
    expect(before.types).toContainEqual(
      expect.objectContaining({ type: "UNDERCUT", signals: 1, products: 1, meanChangePct: 81.82 }),
    );
    await postObservations("groups", "second", [observation("GRP-3", 60, { competitor: "beta" })]);
    expect(await summary("type=UNDERCUT&sku=GRP-3")).toMatchObject({
      signals: 2,
      openedLastHour: 2,
      repeatUndercuts: 1,
    });
    expect(await summary("competitor=nobody")).toEqual({
      ...{ signals: 0, urgent: 0, openedLastHour: 0, openedLastDay: 0, repeatUndercuts: 0, types: [] },
    });
    expect(await summary("minGap=no")).toMatchObject({ errors: [{ path: "minGap" }] });
  });

  it("can be narrowed to large changes and gaps, as the list can", async () => {
    const large = await list("minGap=70&type=UNDERCUT");
    expect(large).toMatchObject({ total: 1, items: [{ sku: "GRP-3", competitor: "alpha" }] });
    expect(await list("minGap=8&type=UNDERCUT&competitor=alpha")).toMatchObject({ total: 4 });
    expect(await summary("minGap=70&type=UNDERCUT")).toMatchObject({ signals: 1 });
  });
});
