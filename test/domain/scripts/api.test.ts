import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError, createApi, retryAfter } from "../../../scripts/client/api.ts";

type Reply = { status: number; body: string; headers?: Record<string, string> };

let close = () => {};
afterEach(() => close());

/** A server that gives the replies in turn, the last one for ever; it counts what it is asked. */
async function serving(...replies: Reply[]): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    const { status, body, headers } = replies[Math.min(asked++, replies.length - 1)]!;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => server.close();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

const BUSY: Reply = { status: 429, body: "", headers: { "retry-after": "0" } };

describe("createApi", () => {
  it("asks again after 429 and 503, and returns the answer", async () => {
    const { url, asked } = await serving(
      BUSY,
      { ...BUSY, status: 503 },
      { status: 200, body: '{"ok":true}' },
    );
    expect(await createApi({ url }).get("/x")).toEqual({ ok: true });
    expect(asked()).toBe(3);
  });
  it("throws the problem's code at once when asking again would not help", async () => {
    const { url, asked } = await serving({
      status: 409,
      body: '{"code":"batch_id_reused","detail":"other body"}',
    });
    const failure = await createApi({ url })
      .post("/x", {})
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status: 409, code: "batch_id_reused" });
    expect(asked()).toBe(1);
  });
  it("gives up after the longest wait it may take", async () => {
    const { url } = await serving({ ...BUSY, headers: { "retry-after": "60" } });
    await expect(createApi({ url, patience: 100 }).get("/x")).rejects.toThrow(
      "gave up on GET /x: answered 429",
    );
  });
  it("stops when its signal aborts", async () => {
    const { url } = await serving({ ...BUSY, headers: { "retry-after": "60" } });
    const stop = new AbortController();
    const answer = createApi({
      url,
      signal: stop.signal,
      onWait: () => stop.abort(new Error("stopped")),
    }).get("/x");
    await expect(answer).rejects.toThrow("stopped");
  });
});

describe("retryAfter", () => {
  it.each([
    ["3", 3_000],
    ["0", 0],
    [null, 250],
    ["soon", 250],
  ])("%j asks for %i ms", (header, expected) => {
    expect(retryAfter(header, 250)).toBe(expected);
  });
});
