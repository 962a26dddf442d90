import { afterEach, describe, expect, it, vi } from "vitest";
import { answer, answerOrNull, api, inPath } from "../../../app/src/api/client.ts";
import { paths, safeNext } from "../../../app/src/paths.ts";
import { keysToRefresh } from "../../../app/src/queries/keys.ts";

describe("addresses", () => {
  it("encodes values in a path", () => {
    expect(paths.product("A/1 ü")).toBe("/products/A%2F1%20%C3%BC");
  });
});

describe("the API's client", () => {
  const calls: [string, RequestInit | undefined][] = [];
  const answerWith = (status: number, body: unknown) =>
    vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
      calls.push([url, init]);
      return new Response(body === null ? null : JSON.stringify(body), { status });
    });
  afterEach(() => {
    vi.unstubAllGlobals();
    calls.length = 0;
  });

  it("encodes parameters of the path, and omits query values that are not set", async () => {
    answerWith(200, { items: [], nextCursor: null });
    const query = { status: "pending" as const, risk: undefined, limit: 20 };
    await answer(api.products[":sku"].offers.$get({ param: { sku: inPath("A/1") } }));
    await answer(api.proposals.$get({ query }));
    expect(calls.map(([url]) => url)).toEqual([
      "/api/products/A%2F1/offers",
      "/api/proposals?status=pending&limit=20",
    ]);
  });

  it("sends a body as JSON", async () => {
    answerWith(202, { runId: "r1" });
    expect(await answer(api.runs.$post({ json: { kind: "proposals" } }))).toEqual({ runId: "r1" });
    const [, init] = calls[0]!;
    expect([init?.method, init?.body]).toEqual(["POST", '{"kind":"proposals"}']);
    expect(new Headers(init?.headers).get("content-type")).toBe("application/json");
  });

  it("throws the problem of a refusal, and answers null for 404 where that is expected", async () => {
    answerWith(404, { code: "not_found", detail: "no such product" });
    const read = () => api.products[":sku"].$get({ param: { sku: "A-1" } });
    await expect(answer(read())).rejects.toMatchObject({ status: 404, code: "not_found" });
    expect(await answerOrNull(read())).toBeNull();
  });

  it("answers nothing for 204, and says when the server does not answer", async () => {
    answerWith(204, null);
    expect(await answer(api.auth["sign-out"].$post())).toBeUndefined();
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    await expect(answer(api.auth["sign-out"].$post())).rejects.toMatchObject({ status: 0, code: "network" });
  });
});

describe("safeNext", () => {
  it.each([
    ["/signals?status=open", "/signals?status=open"],
    [undefined, "/"],
    ["https://evil.example", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
  ])("%s leads to %s", (next, path) => {
    expect(safeNext(next)).toBe(path);
  });

  it("reads the address that the sign-in link carries", () => {
    expect(paths.signIn("/products?q=a b")).toBe("/sign-in?next=%2Fproducts%3Fq%3Da%20b");
  });
});

describe("keysToRefresh", () => {
  const signal = {
    type: "signal",
    id: "s",
    competitor: null,
    signal: "UNDERCUT",
    status: "open",
    priority: 1,
    severity: 0.5,
    confidence: 1,
  } as const;

  it("names each list once for any number of changes", () => {
    const at = "2026-11-21T00:00:00Z";
    const keys = keysToRefresh([
      { ...signal, sku: "A", at },
      { ...signal, sku: "A", at },
      { ...signal, sku: "B", at },
    ]);
    expect(keys).toEqual([["signals"], ["product", "A"], ["product", "B"]]);
  });

  it("reads proposals again when a proposals run has ended, not while it runs", () => {
    const run = {
      type: "run",
      id: "r",
      kind: "proposals",
      phase: "decide",
      shards: { total: 2, done: 1, failed: 0 },
    } as const;
    expect(keysToRefresh([{ ...run, status: "running" }])).toEqual([["runs"]]);
    expect(keysToRefresh([{ ...run, status: "done" }])).toContainEqual(["proposals"]);
  });

  it("reads all signals again after a digest", () => {
    const digest = { type: "digest" as const, signals: 2, open: 2, resolved: 0, byType: {}, top: [], at: "" };
    expect(keysToRefresh([digest])).toEqual([["signals"], ["product"]]);
  });

  it("ignores kinds of changes it does not know", () => {
    expect(keysToRefresh([JSON.parse('{"type":"weather"}')])).toEqual([]);
  });
});
