import { stringify } from "csv-stringify/browser/esm/sync";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Env } from "../../db/env.ts";
import { PAGE_LIMIT_MAX } from "../../domain/contract/answers.ts";
import type { AppEnv } from "../context.ts";
import type { ApiDocument } from "../openapi.ts";

interface Page {
  items: Record<string, unknown>[];
  nextCursor: string | null;
}

type Execution = Context["executionCtx"];

interface Api {
  request(url: string, init: RequestInit, env: Env, ctx: Execution): Response | Promise<Response>;
  describe(): ApiDocument;
}

/**
 * Any list as CSV, if the request accepts `text/csv`: the whole list, whatever its size, read page by page through the
 * API itself. The columns are the fields of the documented shape; a field of an inner object is `outer.inner`.
 */
export function csvExport(api: Api) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const asksForCsv = c.req.method === "GET" && (c.req.header("accept") ?? "").startsWith("text/csv");
    const columns = asksForCsv ? columnsOf(api.describe(), c.req.path) : null;
    if (columns === null) return next();
    const url = new URL(c.req.url);
    url.searchParams.set("limit", String(PAGE_LIMIT_MAX));
    const first = await readPage(api, c, url);
    if (!first.ok) {
      c.res = first;
      return;
    }
    const name = url.pathname.replace(/^\/api\//, "").replaceAll("/", "-");
    c.res = new Response(rowsOf(api, c, url, first, columns), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename*=UTF-8''${name}.csv`,
      },
    });
  });
}

function readPage(api: Api, c: Context<AppEnv>, url: URL): Response | Promise<Response> {
  const headers = new Headers(c.req.raw.headers);
  headers.set("accept", "application/json");
  return api.request(url.href, { headers }, c.env, c.executionCtx);
}

/** The text, made as it is read. A page that cannot be read breaks the download off: half a file must not look whole. */
function rowsOf(api: Api, c: Context<AppEnv>, url: URL, first: Response, columns: readonly string[][]) {
  let answer: Response | null = first;
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(encoder.encode(textOf([columns.map((path) => path.join("."))]))),
    async pull(controller) {
      if (answer === null) return controller.close();
      if (!answer.ok) throw new Error(`a page of the list answered ${answer.status}`);
      const { items, nextCursor } = await answer.json<Page>();
      controller.enqueue(
        encoder.encode(textOf(items.map((item) => columns.map((path) => cellOf(item, path))))),
      );
      url.searchParams.set("cursor", nextCursor ?? "");
      answer = nextCursor === null ? null : await readPage(api, c, url);
    },
  });
}

function textOf(rows: unknown[][]): string {
  return rows.length === 0 ? "" : stringify(rows, { record_delimiter: "\r\n" });
}

function cellOf(item: unknown, path: readonly string[]): unknown {
  let value = item;
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name];
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join("; ");
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return typeof value === "string" ? harmless(value) : value;
}

/** A text that a spreadsheet would take for a formula is shown as text. A negative amount is none. */
function harmless(text: string): string {
  return /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
}

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** The paths of the fields of a list's items; null if there is no list at this path. */
function columnsOf(document: ApiDocument, path: string): string[][] | null {
  const depth = path.split("/").length;
  for (const [template, operations] of Object.entries(document.paths)) {
    const parts = template.split("/");
    const pattern = parts.map((part) => (part.startsWith("{") ? "[^/]+" : part)).join("/");
    if (parts.length !== depth || !new RegExp(`^${pattern}$`).test(path)) continue;
    const answers = operations.get?.responses as Answers | undefined;
    const page = resolved(document, answers?.["200"]?.content?.["application/json"]?.schema);
    const item = page?.properties?.nextCursor && resolved(document, page.properties.items?.items);
    if (item) return fieldsOf(document, item, []);
  }
  return null;
}

type Answers = Record<string, { content?: Record<string, { schema?: Schema }> }>;

function fieldsOf(document: ApiDocument, schema: Schema, path: string[]): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = resolved(document, field);
    const here = [...path, name];
    return inner?.properties ? fieldsOf(document, inner, here) : [here];
  });
}

function resolved(document: ApiDocument, schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split("/").at(-1);
  if (name === undefined) return schema;
  const { schemas } = document.components as { schemas: Record<string, Schema> };
  return schemas[name];
}
