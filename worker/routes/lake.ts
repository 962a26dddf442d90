import { createRoute, z } from "@hono/zod-openapi";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import {
  LakeExported,
  LakeFileShape,
  LakeReport,
  LakeReset,
  LakeRestore,
  LakeRestored,
  LakeTableShape,
} from "../../domain/contract/lake.ts";
import { orNotFound } from "../../domain/contract/problem.ts";
import type { LakeTableName } from "../../domain/lake/tables.ts";
import { portsOf } from "../../durable/ports.ts";
import { exportLake } from "../../services/lake/export-lake.ts";
import { MANIFEST_KEY } from "../../services/lake/manifest.ts";
import {
  LAKE_FILE_LIST,
  type LakeFile,
  listLakeFiles,
  readLake,
  readLakeFile,
} from "../../services/lake/read-lake.ts";
import { resetLake } from "../../services/lake/reset-lake.ts";
import { restoreSkus } from "../../services/lake/restore-skus.ts";
import { deliveryContext, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply, problemAnswer } from "../openapi.ts";

const tags = ["operate"];

const reportRoute = createRoute({
  ...{ method: "get", path: "/api/lake", tags },
  summary: "What the lake of Parquet files holds, by table",
  middleware: requireScope("read"),
  responses: jsonReply(200, LakeReport, "tables, rows, bytes"),
});

const filesRoute = createRoute({
  ...{ method: "get", path: "/api/lake/files", tags },
  summary: "The files of the lake, with rows and checksums",
  middleware: requireScope("read"),
  request: {
    query: listQuery(LAKE_FILE_LIST, { table: LakeTableShape.optional(), date: z.iso.date().optional() }),
  },
  responses: jsonReply(200, pageOf(LakeFileShape), "a page of files"),
});

const fileRoute = createRoute({
  ...{ method: "get", path: "/api/lake/file", tags },
  summary: "A file of the lake as it is in the bucket",
  middleware: requireScope("read"),
  request: { query: z.object({ key: z.string() }) },
  responses: {
    200: { description: "Parquet", content: { "application/vnd.apache.parquet": { schema: z.string() } } },
    default: problemAnswer("not_found"),
  },
});

const exportRoute = createRoute({
  ...{ method: "post", path: "/api/lake/export", tags },
  summary: "Bring the lake up to date now, which happens every ten minutes by itself",
  middleware: requireScope("write"),
  responses: jsonReply(200, LakeExported, "what was added"),
});

const resetRoute = createRoute({
  ...{ method: "post", path: "/api/lake/reset", tags },
  summary: "Empty tables of the lake; those that come from the database are exported again",
  middleware: requireScope("admin"),
  request: jsonBody(LakeReset),
  responses: jsonReply(200, LakeReport, "the lake after it"),
});

const restoreRoute = createRoute({
  ...{ method: "post", path: "/api/lake/restore", tags },
  summary:
    "Give shards the rows again that the lake has of their SKUs: at most ten files or 20,000 rows a call, from `cursor` on",
  middleware: requireScope("admin"),
  request: jsonBody(LakeRestore),
  responses: jsonReply(200, LakeRestored, "how far it has come"),
});

/** Date, file, and how many of its rows were handed over: -1 for all. */
const PlaceOf = z.tuple([z.string(), z.string(), z.number().int().min(-1)]);

export const lakeRoutes = newRouter()
  .openapi(reportRoute, async (c) => {
    const report = await readLake(requestContext(c).db, portsOf(c.env).inboxes);
    return c.json(presentReport(report), 200);
  })
  .openapi(filesRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(LAKE_FILE_LIST, asked);
    const page = await listLakeFiles(requestContext(c).db, query, asked);
    return c.json(
      presentPage(page, query, ({ file }) => presentFile(file)),
      200,
    );
  })
  .openapi(fileRoute, async (c) => {
    const { db, lake } = requestContext(c);
    const file = orNotFound(
      await readLakeFile(db, lake, c.req.valid("query").key),
      "no such file in the lake",
    );
    return c.body(file.body, 200, { "content-type": "application/vnd.apache.parquet" }) as never;
  })
  .openapi(exportRoute, async (c) => {
    const ctx = { ...requestContext(c), inboxes: portsOf(c.env).inboxes };
    return c.json(await exportLake(ctx, { all: true }), 200);
  })
  .openapi(resetRoute, async (c) => {
    const { tables, discard } = c.req.valid("json");
    const ctx = requestContext(c);
    await resetLake(ctx, tables, { discard });
    return c.json(presentReport(await readLake(ctx.db, portsOf(c.env).inboxes)), 200);
  })
  .openapi(restoreRoute, async (c) => {
    const { skus, shard, cursor } = c.req.valid("json");
    const shardOf = await portsOf(c.env).shards.addresses();
    const named = skus && new Set(skus);
    const wanted = (sku: string) =>
      (named?.has(sku) ?? true) && (shard === undefined || shardOf(sku) === shard);
    const place = decodeCursor(cursor, PlaceOf);
    const from = place ? { date: place[0], key: place[1], rows: place[2] < 0 ? null : place[2] } : null;
    const ctx = { ...requestContext(c), ...deliveryContext(c) };
    const { next, ...done } = await restoreSkus(ctx, wanted, from);
    return c.json({ ...done, nextCursor: next && encodeCursor([next.date, next.key, next.rows ?? -1]) }, 200);
  });

function presentReport({
  exportedAt,
  ...report
}: Awaited<ReturnType<typeof readLake>>): z.infer<typeof LakeReport> {
  return { ...report, exportedAt: exportedAt === null ? null : iso(exportedAt), manifest: MANIFEST_KEY };
}

function presentFile(file: LakeFile): z.infer<typeof LakeFileShape> {
  const { key, tableName, date, rows, bytes, sha256, firstAt, lastAt, writtenAt } = file;
  return {
    ...{ key, table: tableName as LakeTableName, date, rows, bytes, sha256 },
    ...{ firstAt: iso(firstAt), lastAt: iso(lastAt), writtenAt: iso(writtenAt) },
  };
}
