import type { Page } from "playwright-core";

/** A name without a place to break it, longer than a tablet is wide. */
const LONG = "Unbreakable".repeat(14);
const DEAR = "98765432.10";
const NAMES = new Set([
  ...["title", "brand", "category", "family", "gtin", "competitor", "seller", "warehouse", "name"],
  ...["reason", "message", "sentence", "actor", "createdBy", "assignee"],
]);
const AT = "2026-01-05T08:30:00.000Z";

type Body = Record<string, unknown>;

/** What a page of one product shows only now and then, by the end of the path that is asked for it. */
const PANELS: readonly [RegExp, (body: Body) => Body][] = [
  [
    /\/products\/[^/]+$/,
    (body) => ({
      ...body,
      ...{ brand: "", gtin: "", family: "", tags: ["kvi"], status: "inactive", quantityUnit: "m2" },
      ...{ minPrice: DEAR, maxPrice: DEAR, taxRate: 0.19 },
    }),
  ],
  [
    /\/explain$/,
    (body) => ({
      ...body,
      proposal: { id: "prp_1" },
      override: { id: "ovr_1", kind: "freeze", createdBy: "", expiresAt: AT, reason: "" },
    }),
  ],
  [
    /\/stock$/,
    (body) => ({
      ...body,
      warehouses: [1, 2].map(() => ({
        warehouse: "",
        units: 9_876_543_210,
        hoursToStockout: 98_765,
        at: AT,
      })),
    }),
  ],
  [
    /\/signals$/,
    (body) => ({
      ...body,
      items: ["undercut", "price_war"].map((type) => ({
        ...{ id: type, type, priority: 1, status: "acknowledged", sku: "S", message: "", assignee: "" },
        ...{ openedAt: AT, updatedAt: AT },
      })),
    }),
  ],
  [
    /\/history$/,
    (body) => ({
      ...body,
      items: (body.items as Body[]).map((entry) => ({
        ...entry,
        from: DEAR,
        reason: "",
        stores: ["unconfirmed", "held"].map((state) => ({ store: "s", name: "", state, reason: "" })),
      })),
    }),
  ],
];

/** The same answer with every name as long, and every amount as large, as it gets. */
function stretch(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((entry) => stretch(entry, key));
  if (typeof value === "string") return NAMES.has(key) ? LONG : value.replace(/^\d+\.\d\d$/, DEAR);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, stretch(entry, name)]));
}

/** From now on the page is told of a product that has everything, and whose every name and reason is too long. */
export async function stretchProduct(page: Page): Promise<void> {
  await page.route(/\/api\/(products\/|signals\?|proposals\?|price\/)/, async (route) => {
    const answer = await route.fetch();
    const { pathname } = new URL(route.request().url());
    const panel = PANELS.find(([path]) => path.test(pathname));
    const body = (await answer.json()) as Body;
    await route.fulfill({ response: answer, json: stretch(panel ? panel[1](body) : body) });
  });
}
