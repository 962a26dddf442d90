import { createRoute, z } from "@hono/zod-openapi";
import { STORE_CREDENTIALS, STORE_OPTIONS } from "../../domain/connectors/options.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { Store, StoreTest } from "../../domain/contract/stores.ts";
import { STORE_IMPORTS, STORE_KINDS, STORE_MODES } from "../../domain/messages/names.ts";
import { startJob } from "../../services/connectors/jobs.ts";
import {
  changeStore,
  countStores,
  createStore,
  deleteStore,
  listStores,
  readStore,
  STORE_LIST,
  type StoreRecord,
} from "../../services/connectors/stores.ts";
import { testStore } from "../../services/connectors/test-store.ts";
import { proofContext, requestContext, storeContext, wakeStore } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { emptyBodyIsNone } from "../middleware/body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply, problemAnswer } from "../openapi.ts";
import { presentStore } from "../presenters/stores.ts";

const StoreId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "1 to 32 small letters, digits and hyphens");
const params = z.object({ id: z.string().max(32) });
const minutes = z.int().min(5).max(10_080).nullable();
const json = <T extends z.ZodType>(schema: T) => ({
  required: true as const,
  content: { "application/json": { schema } },
});

const common = {
  name: z.string().trim().min(1).max(200),
  mode: z
    .enum(STORE_MODES)
    .describe(
      "read_only: nothing is written · dry_run: what would be written is shown · live: our prices are written",
    ),
  importMinutes: minutes.describe("minutes between imports of products, stock and sales; null = when asked"),
  checkMinutes: minutes.describe("minutes between comparisons of all prices; null = when asked"),
};
const [shopify, woocommerce, medusa, http] = STORE_KINDS;
const ofKind = <K extends (typeof STORE_KINDS)[number]>(kind: K) =>
  z.strictObject({
    id: StoreId,
    kind: z.literal(kind),
    options: STORE_OPTIONS[kind],
    credentials: STORE_CREDENTIALS[kind],
    name: common.name.optional().describe("default: the id"),
    mode: common.mode.default("read_only"),
    importMinutes: common.importMinutes.default(null),
    checkMinutes: common.checkMinutes.default(60),
  });
const CreateStore = z.discriminatedUnion("kind", [
  ofKind(shopify),
  ofKind(woocommerce),
  ofKind(medusa),
  ofKind(http),
]);
const ChangeStore = z.strictObject({
  name: common.name.optional(),
  mode: common.mode.optional(),
  options: z.record(z.string(), z.unknown()).optional().describe("only the options that change"),
  credentials: z.record(z.string(), z.unknown()).optional().describe("replace the stored ones whole"),
  importMinutes: common.importMinutes.optional(),
  checkMinutes: common.checkMinutes.optional(),
});

const list = createRoute({
  method: "get",
  path: "/api/stores",
  tags: ["stores"],
  summary: "Stores that prices are written to, and how they are",
  middleware: requireScope("read"),
  request: { query: listQuery(STORE_LIST, {}) },
  responses: jsonReply(200, pageOf(Store), "stores by id"),
});

const create = createRoute({
  method: "post",
  path: "/api/stores",
  tags: ["stores"],
  summary: "Connect a store: Shopify, WooCommerce, Medusa, or any that takes prices over HTTP",
  description:
    "The credentials are sealed and never shown again. A new connection writes nothing until it is `live`; from then on it " +
    "writes each price that comes into force.",
  middleware: requireScope("admin"),
  request: { body: json(CreateStore) },
  responses: { ...jsonReply(201, Store, "the store"), 409: problemAnswer("conflict") },
});

const one = createRoute({
  method: "get",
  path: "/api/stores/{id}",
  tags: ["stores"],
  summary: "One store",
  middleware: requireScope("read"),
  request: { params },
  responses: jsonReply(200, Store, "the store"),
});

const change = createRoute({
  method: "patch",
  path: "/api/stores/{id}",
  tags: ["stores"],
  summary: "Change a store",
  middleware: requireScope("admin"),
  request: { params, body: json(ChangeStore) },
  responses: jsonReply(200, Store, "the store"),
});

const remove = createRoute({
  method: "delete",
  path: "/api/stores/{id}",
  tags: ["stores"],
  summary: "Disconnect a store; its prices stay as they are",
  middleware: requireScope("admin"),
  request: { params },
  responses: { 204: { description: "Gone" }, 404: problemAnswer("not_found") },
});

const test = createRoute({
  method: "post",
  path: "/api/stores/{id}/test",
  tags: ["stores"],
  summary: "Ask the store who it is; nothing is written",
  middleware: requireScope("admin"),
  request: { params },
  responses: jsonReply(200, StoreTest, "what it answered, or why it did not"),
});

const Import = z.strictObject({
  what: z
    .array(z.enum(STORE_IMPORTS))
    .min(1)
    .default([...STORE_IMPORTS]),
  dryRun: z.boolean().default(false),
});

const read = createRoute({
  method: "post",
  path: "/api/stores/{id}/import",
  tags: ["stores"],
  summary: "Read products, costs and stock (catalogue) and orders (sales) from the store, in the background",
  description:
    "Products are taken as a file is: what the store does not name stays as it is, and a changed price of a store that is not " +
    "live is a feed's price. Stock is posted as counted, orders of the last three days as events.",
  middleware: [requireScope("write"), emptyBodyIsNone] as const,
  request: { params, body: { ...json(Import), required: false as const } },
  responses: jsonReply(202, Store, "the store, with its job"),
});

const check = createRoute({
  method: "post",
  path: "/api/stores/{id}/check",
  tags: ["stores"],
  summary: "Compare the store's prices with what is known of them, in the background",
  middleware: requireScope("write"),
  request: { params },
  responses: jsonReply(202, Store, "the store, with its job"),
});

type Ctx = Parameters<typeof requestContext>[0];

async function answer(c: Ctx, store: StoreRecord) {
  const counts = await countStores(requestContext(c).db, [store.id]);
  return presentStore(store, counts.get(store.id)!);
}

export const storeRoutes = newRouter()
  .openapi(list, async (c) => {
    const query = pageQuery(STORE_LIST, c.req.valid("query"));
    const { db } = requestContext(c);
    const page = await listStores(db, query);
    const counts = await countStores(
      db,
      page.rows.map(({ store }) => store.id),
    );
    return c.json(
      presentPage(page, query, ({ store }) => presentStore(store, counts.get(store.id)!)),
      200,
    );
  })
  .openapi(create, async (c) => {
    const body = c.req.valid("json");
    return c.json(
      await answer(c, await createStore(proofContext(c), { ...body, name: body.name ?? body.id })),
      201,
    );
  })
  .openapi(one, async (c) =>
    c.json(await answer(c, await readStore(requestContext(c).db, c.req.valid("param").id)), 200),
  )
  .openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const given = Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined);
    const store = await changeStore(proofContext(c), id, Object.fromEntries(given));
    wakeStore(c, id);
    return c.json(await answer(c, store), 200);
  })
  .openapi(remove, async (c) => {
    await deleteStore(requestContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(test, async (c) => c.json(await testStore(storeContext(c), c.req.valid("param").id), 200))
  .openapi(read, async (c) => {
    const { id } = c.req.valid("param");
    const { what = [...STORE_IMPORTS], dryRun = false } = c.req.valid("json") ?? {};
    const store = await startJob(requestContext(c), id, { steps: what, dryRun });
    wakeStore(c, id);
    return c.json(await answer(c, store), 202);
  })
  .openapi(check, async (c) => {
    const { id } = c.req.valid("param");
    const store = await startJob(requestContext(c), id, { steps: ["check"], dryRun: false });
    wakeStore(c, id);
    return c.json(await answer(c, store), 202);
  });
