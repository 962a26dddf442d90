import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { inboxOf } from "../../durable/stubs.ts";
import { addProducts, call, observation, receiptOf } from "./support.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };

type Line = Record<string, unknown> & { event: string };

/** What is logged from now on. */
function logged(): Line[] {
  const lines: Line[] = [];
  for (const level of ["log", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: Line) => void lines.push(line));
  return lines;
}

afterEach(() => vi.restoreAllMocks());

it("a batch can be followed by one trace from the request through Inbox and queue to its verdicts", async () => {
  await addProducts({ sku: "TRACED" });
  const lines = logged();
  const body = { source: "tr", batchId: "traced", observations: [observation("TRACED", 90), { sku: "no" }] };
  const { headers } = await call("POST", "/api/ingest/observations", body, CALLER);
  const answered = /^00-(\w{32})-(\w{16})-01$/.exec(headers.get("traceparent") ?? "");
  expect(answered?.[1]).toBe(TRACE);
  expect(answered?.[2]).toBe(headers.get("x-request-id"));
  expect(answered?.[2]).not.toBe("00f067aa0ba902b7");
  await receiptOf("traced");
  await vi.waitUntil(() => lines.some(({ event }) => event === "delivery.done"));
  const of = (event: string) => lines.find((line) => line.event === event && line.traceId === TRACE);
  expect(of("request")).toMatchObject({
    ...{ method: "POST", route: "/api/ingest/observations", status: 202, by: "key:test" },
    requestId: headers.get("x-request-id"),
  });
  expect(of("ingest.accepted")).toMatchObject({ source: "tr", batchId: "traced", received: 2 });
  expect(of("delivery.done")).toMatchObject({
    ...{ type: "observations", batchKey: "tr/observations/traced", chunk: 0, accepted: 1, rejected: 1 },
    msSinceReceipt: expect.any(Number),
  });
  await runInDurableObject(inboxOf(env, "traced"), (_, { storage }) => {
    const [row] = storage.sql.exec("SELECT trace FROM batch_chunks WHERE batch_id = 'traced'");
    expect(row!.trace).toBe(headers.get("traceparent"));
  });
});

it("a request without a trace, or with one that is not valid, begins one; a refused one is logged too", async () => {
  const lines = logged();
  for (const traceparent of ["", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`]) {
    const { headers, status } = await call("GET", "/api/products/none", undefined, { traceparent });
    expect(status).toBe(404);
    expect(headers.get("traceparent")).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  }
  await call("GET", "/api/keys", undefined, { authorization: "Bearer wrong" });
  const requests = lines.filter(({ event }) => event === "request");
  expect(requests.map(({ status, by }) => [status, by])).toEqual([
    ...[
      [404, "key:test"],
      [404, "key:test"],
      [401, "nobody"],
    ],
  ]);
  expect(JSON.stringify(lines)).not.toContain("Bearer");
});
