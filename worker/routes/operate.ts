import { createRoute, z } from "@hono/zod-openapi";
import { LEDGER_LIST, listLedger } from "../../db/reads/chains.ts";
import { readProduct } from "../../db/reads/products.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { LedgerEntry } from "../../domain/contract/decisions.ts";
import { Health, SettingsInForce } from "../../domain/contract/operate.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { SettingsChange } from "../../domain/settings/settings.ts";
import { writesOfEntries } from "../../services/connectors/list-prices.ts";
import { readHealth } from "../../services/operate/health.ts";
import { changeSettings } from "../../services/settings/change-settings.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentLedgerEntry } from "../presenters/price.ts";

const healthRoute = createRoute({
  method: "get",
  path: "/api/health",
  security: [],
  tags: ["operate"],
  summary: "Each part, with the age of its newest data (public)",
  responses: jsonReply(200, Health, "how it is"),
});

const historyRoute = createRoute({
  method: "get",
  path: "/api/products/{sku}/history",
  tags: ["pricing"],
  summary: "The price ledger of one SKU",
  middleware: requireScope("read"),
  request: { params: z.object({ sku: z.string() }), query: listQuery(LEDGER_LIST, {}) },
  responses: jsonReply(200, pageOf(LedgerEntry), "a page of entries"),
});

const settingsRoute = createRoute({
  method: "get",
  path: "/api/settings",
  tags: ["operate"],
  summary: "The settings in force",
  middleware: requireScope("read"),
  responses: jsonReply(200, SettingsInForce, "settings"),
});

const changeSettingsRoute = createRoute({
  method: "put",
  path: "/api/settings",
  tags: ["operate"],
  summary: "Change settings: what is left out stays; with `version`, only if that one is in force",
  middleware: requireScope("admin"),
  request: jsonBody(SettingsChange.extend({ version: z.int().optional() })),
  responses: jsonReply(200, SettingsInForce, "settings"),
});

export const operateRoutes = newRouter()
  .openapi(healthRoute, async (c) => {
    const { status, at, parts } = await readHealth(c.env, Date.now());
    return c.json({ status, at, demo: c.env.DEMO === "on", parts }, 200);
  })
  .openapi(historyRoute, async (c) => {
    const query = pageQuery(LEDGER_LIST, c.req.valid("query"));
    const { sku } = c.req.valid("param");
    const { db } = requestContext(c);
    if (!(await readProduct(db, sku))) throw new ProblemError("not_found", "no such product");
    const page = await listLedger(db, query, sku);
    const writes = await writesOfEntries(
      db,
      sku,
      page.rows.map(({ entry }) => entry.seq),
    );
    return c.json(
      presentPage(page, query, ({ entry }) => presentLedgerEntry(entry, writes.get(entry.seq))),
      200,
    );
  })
  .openapi(settingsRoute, async (c) => {
    const { version, settings } = await readSettings(c.env.DB);
    return c.json({ ...settings, version }, 200);
  })
  .openapi(changeSettingsRoute, async (c) => {
    const { version: seen, ...change } = c.req.valid("json");
    await changeSettings(requestContext(c), change as SettingsChange, seen);
    drainSoon(c);
    const { version, settings } = await readSettings(c.env.DB);
    return c.json({ ...settings, version }, 200);
  });
