import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { VISITOR_COUNT } from "../../domain/base/sharding.ts";
import { visitor } from "../../durable/stubs.ts";
import { auditOf } from "./back-support.ts";
import { addProducts, call, receiptOf } from "./support.ts";

/** Everything that the objects of the sessions hold, as text. */
async function keptSessions(): Promise<string[]> {
  const kept: string[] = [];
  for (let index = 0; index < VISITOR_COUNT; index++)
    await runInDurableObject(visitor(env, index), (_, state) => {
      for (const row of state.storage.sql.exec("SELECT * FROM sessions")) kept.push(JSON.stringify(row));
    });
  return kept;
}

async function visit(batchId: string, sessionId: string): Promise<void> {
  const event = { id: batchId, type: "cart", sku: "PRIV", sessionId, customerId: "ada@example.com" };
  const events = [{ ...event, at: new Date().toISOString() }];
  await call("POST", "/api/ingest/events", { source: "shop", batchId, events });
  await receiptOf(batchId, "done", "shop");
}

describe("a visitor", () => {
  it("is known by a keyed hash only, and is forgotten by the ids that the shop has", async () => {
    await addProducts({ sku: "PRIV" });
    await visit("visit-1", "session-of-ada");
    await visit("visit-2", "session-of-bob");
    const before = await keptSessions();
    expect(before).toHaveLength(2);
    expect(before.join()).not.toMatch(/session-of|ada@example/);
    const erase = (sessionIds: string[]) => call("POST", "/api/privacy/erase", { sessionIds });
    expect((await erase(["session-of-ada", "nobody"])).body).toEqual({ erased: 1 });
    expect(await keptSessions()).toHaveLength(1);
    expect((await erase(["session-of-ada"])).body).toEqual({ erased: 0 });
    expect((await auditOf("visitors"))[0]).toMatchObject({ action: "privacy.erase" });
    expect(JSON.stringify(await auditOf("visitors"))).not.toContain("session-of-ada");
  });

  it("comes again under the same hash: the same session goes on", async () => {
    await visit("visit-3", "session-of-bob");
    expect(await keptSessions()).toHaveLength(1);
  });
});
