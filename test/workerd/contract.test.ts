import { describe, expect, it } from "vitest";
import { fetchRaw } from "./back-support.ts";
import { call } from "./support.ts";

const MAIN_PATHS: [string, string][] = [
  ["post", "/api/auth/sign-in"],
  ["get", "/api/auth/me"],
  ["post", "/api/users"],
  ["post", "/api/keys"],
  ["post", "/api/ingest/observations"],
  ["post", "/api/ingest/demand"],
  ["get", "/api/ingest/batches/{batchId}"],
  ["post", "/api/hooks/{sourceId}"],
  ["post", "/api/sources"],
  ["post", "/api/import/products"],
  ["get", "/api/products"],
  ["put", "/api/products/{sku}/price"],
  ["get", "/api/products/{sku}/offers"],
  ["get", "/api/products/{sku}/history"],
  ["get", "/api/signals"],
  ["get", "/api/elasticities"],
  ["post", "/api/runs"],
  ["get", "/api/runs/{id}"],
  ["get", "/api/proposals"],
  ["post", "/api/proposals/{id}/approve"],
  ["post", "/api/proposals/bulk"],
  ["get", "/api/price/{sku}"],
  ["get", "/api/health"],
  ["get", "/api/audit/verify"],
  ["put", "/api/settings"],
  ["get", "/api/dead-letters"],
];

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { in: string; name: string }[];
  security?: object[];
  responses: Record<string, unknown>;
  requestBody?: unknown;
}

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: object }> };
}

/** Shapes that clients rely on: generated clients have a type of each name. */
const NAMED_SHAPES = [
  ...["Product", "Offer", "Signal", "Elasticity", "Proposal", "ProposalDetail", "LedgerEntry", "Run"],
  ...["ServedPrice", "Receipt", "Override", "Forecast", "Problem", "Settings", "ObservationRow"],
];

async function openApi(): Promise<OpenApi> {
  const response = await fetchRaw("/openapi.json");
  expect(response.status).toBe(200);
  return response.json();
}

describe("the machine-readable contract", () => {
  it("is public, and describes the main paths with their answers", async () => {
    const { openapi, paths } = await openApi();
    expect(openapi).toBe("3.1.0");
    for (const [method, path] of MAIN_PATHS)
      expect(Object.keys(paths[path]?.[method]?.responses ?? {}), `${method} ${path}`).not.toEqual([]);
  });

  it("gives every operation a summary, a tag, its answers and problem+json for errors", async () => {
    const names = new Set<string>();
    for (const [path, operations] of Object.entries((await openApi()).paths))
      for (const [method, operation] of Object.entries(operations)) {
        const { operationId, summary, tags, responses, parameters = [] } = operation;
        expect(summary, `${method} ${path}`).toMatch(/\S/);
        expect(tags, `${method} ${path}`).toHaveLength(1);
        expect(responses.default, `${method} ${path}`).toMatchObject({
          content: { "application/problem+json": {} },
        });
        const named = parameters
          .filter((parameter) => parameter.in === "path")
          .map(({ name }) => `{${name}}`);
        expect(path.match(/\{\w+\}/g) ?? []).toEqual(named);
        names.add(operationId);
      }
    const operations = Object.values((await openApi()).paths).flatMap((each) => Object.keys(each));
    expect(names.size).toBe(operations.length);
  });

  it("names the shapes of answers and pages, and refers to them by name", async () => {
    const { paths, components } = await openApi();
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(NAMED_SHAPES));
    expect(paths["/api/proposals"]!.get!.responses).toMatchObject({
      200: { content: { "application/json": { schema: { $ref: "#/components/schemas/ProposalPage" } } } },
      default: {
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    });
    expect(components.schemas.ProposalPage!.properties).toMatchObject({
      items: { type: "array", items: { $ref: "#/components/schemas/Proposal" } },
    });
    const unnamed = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        JSON.stringify(responses).includes('"items":{"type":"array","items":{"type":"object"')
          ? [`${method} ${path}`]
          : [],
      ),
    );
    expect(unnamed).toEqual([]);
  });

  it("marks the operations that are public, and the one that needs a signature", async () => {
    const { paths } = await openApi();
    const open = Object.entries(paths).flatMap(([path, operations]) =>
      Object.values(operations).flatMap(({ security }) => (security ? [[path, security]] : [])),
    );
    expect(Object.fromEntries(open)).toEqual({
      "/api/auth/accept": [],
      "/api/auth/link": [],
      "/api/auth/sign-in": [],
      "/api/auth/sign-out": [],
      "/api/health": [],
      "/api/hooks/{sourceId}": [{ signature: [] }, { apiKey: [] }],
      "/api/price/{sku}": [],
      "/api/prices": [],
      "/api/prices/lock": [],
      "/api/prices/lock/verify": [],
    });
  });

  it("requires a body of CSV or JSON lines for an import", async () => {
    const body = (await openApi()).paths["/api/import/products"]!.post!.requestBody;
    expect(body).toMatchObject({ required: true, content: { "text/csv": {}, "application/x-ndjson": {} } });
  });

  it("can be read at /docs, from our own assets and without a script", async () => {
    const response = await fetchRaw("/docs");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self'/);
    const page = await response.text();
    expect(page).toContain("/openapi.json");
    expect(page).not.toMatch(/<script|https?:\/\/|style=|<style/);
    for (const [path, operations] of Object.entries((await openApi()).paths))
      for (const method of Object.keys(operations))
        expect(page).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
  });

  it("lets no other page frame it, guess its types or be told where a link came from", async () => {
    for (const path of ["/docs", "/openapi.json", "/api/health", "/api/products"]) {
      const { headers } = await fetchRaw(path);
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("strict-transport-security")).toContain("max-age=");
    }
  });
});

describe("an address that does not exist", () => {
  it.each([
    ["GET", "/api/nothing"],
    ["GET", "/api"],
    ["POST", "/api/nothing/at/all"],
    ["DELETE", "/api/products"],
    ["PATCH", "/api/settings"],
    ["GET", "/api/import/products"],
  ])("%s %s is a problem document", async (method, path) => {
    const { status, body, headers } = await call(method, path);
    expect(status).toBe(404);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({ type: "about:blank", title: "not found", status: 404, code: "not_found" });
  });
});

describe("a body that is not JSON", () => {
  it.each([
    ["POST", "/api/products"],
    ["PUT", "/api/settings"],
    ["POST", "/api/runs"],
    ["POST", "/api/keys"],
    ["POST", "/api/auth/sign-in"],
    ["POST", "/api/proposals/bulk"],
    ["POST", "/api/ingest/observations"],
  ])("%s %s is a bad request", async (method, path) => {
    for (const text of ["{", "{'a':1}", "NaN", ""]) {
      const { status, body } = await call(method, path, text);
      expect([status, body.code], JSON.stringify(text)).toEqual([400, "bad_json"]);
    }
  });

  it.each(["[]", "null", "7", '"text"'])("but JSON of another shape (%s) is invalid", async (text) => {
    for (const path of ["/api/products", "/api/runs", "/api/keys"]) {
      const { status, body } = await call("POST", path, text);
      expect([status, body.code]).toEqual([422, "invalid"]);
    }
  });
});

describe("a body of another content type", () => {
  it.each([
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
  ])("%s is refused by that name", async (type) => {
    for (const path of ["/api/products", "/api/proposals/any/approve"]) {
      const { status, body, headers } = await call("POST", path, "{}", { "content-type": type });
      expect([status, body.code]).toEqual([415, "unsupported_media_type"]);
      expect(headers.get("content-type")).toBe("application/problem+json");
    }
  });
});

describe("a command", () => {
  const commands: [string, string][] = [
    ["POST", "/api/products"],
    ["PUT", "/api/settings"],
    ["POST", "/api/runs"],
    ["POST", "/api/proposals/any/approve"],
  ];
  const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

  it.each(commands)("%s %s is not read beyond its longest length", async (method, path) => {
    const { status, body } = await call(method, path, JSON.stringify({ note: "x".repeat(8_000_000) }));
    expect([status, body.code]).toEqual([413, "too_large"]);
  });

  it.each(commands)("%s %s must be UTF-8, and JSON that is not nested too deeply", async (method, path) => {
    for (const text of ['{"note":"\xff"}', "[".repeat(100_000)]) {
      const { status, body } = await call(method, path, bytes(text));
      expect([status, body.code]).toEqual([400, "bad_json"]);
    }
  });

  it("may begin with a byte order mark", async () => {
    const row = JSON.stringify({ sku: "BOM-1", title: "a", category: "b", price: 1 });
    expect((await call("POST", "/api/products", `\uFEFF${row}`)).status).toBe(201);
  });
});

describe("a field of a command", () => {
  it("that is missing, of another type or unknown has the same code as in an ingested row", async () => {
    const { status, body } = await call("POST", "/api/products", {
      sku: "F-1",
      title: 5,
      price: [],
      nonsense: 1,
    });
    expect([status, body.code]).toEqual([422, "invalid"]);
    const errors = body.errors as { path: string; code: string; message: string }[];
    expect(errors.map(({ path, code }) => [path, code])).toEqual(
      expect.arrayContaining([
        ["title", "wrong_type"],
        ["category", "missing_field"],
        ["price", "wrong_type"],
        ["nonsense", "unknown_field"],
      ]),
    );
    expect(errors.find(({ path }) => path === "category")?.message).toBe("category is missing");
  });
});

describe("an error", () => {
  it("reveals no stack, file name or SQL", async () => {
    const { body } = await call("GET", "/api/price/%00");
    expect(JSON.stringify(body)).not.toMatch(/at \w|\.ts|SQL/);
    expect(body.code).toBe("not_found");
  });
});

describe("the health", () => {
  it("lists each part with the age of its newest data", async () => {
    const { status, body } = await call<{ parts: Record<string, { status: string }> }>("GET", "/api/health");
    expect(status).toBe(200);
    expect(body.parts.database).toEqual({ status: "ok" });
    expect(Object.keys(body.parts)).toEqual(
      expect.arrayContaining(["observations", "demand", "elasticity", "proposals", "outbox", "deadLetters"]),
    );
  });
});

it("the machine-readable contract says what a row may hold", async () => {
  const { body } = await call<{
    paths: Record<string, object>;
    components: { schemas: Record<string, { properties: object }> };
  }>("GET", "/openapi.json");
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining([
      "/api/ingest/observations",
      "/api/ingest/demand",
      "/api/ingest/batches/{batchId}",
      "/api/hooks/{sourceId}",
      "/api/sources",
      "/api/dead-letters/{id}/replay",
      "/api/live",
    ]),
  );
  expect(body.components.schemas.ObservationRow!.properties).toHaveProperty("priceText");
  expect(body.components.schemas.DemandRow!.properties).toHaveProperty("inStockShare");
});
