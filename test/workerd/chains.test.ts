import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { database } from "../../db/database.ts";
import { entryHash } from "../../domain/ledger/entries.ts";
import { portsOf } from "../../durable/ports.ts";
import { commitChained, readHeads } from "../../services/chains/commit-chained.ts";
import { keepHeads } from "../../services/chains/kept-heads.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { expectSoundChains, importProducts, productRow, tick, verify } from "./back-support.ts";
import { call } from "./support.ts";

const context = () => ({ ...serviceContext(env, systemActor("test")), vault: portsOf(env).vault });
const TABLES = ["price_ledger", "audit", "audit_instants"] as const;
const HEADS_KEY = "chains/heads.json";

/** The chains' rows as they were, put back after a test that spoils them. */
async function restoring(spoil: () => Promise<void>): Promise<void> {
  const saved = await env.DB.batch<Record<string, unknown>>(
    TABLES.map((table) => env.DB.prepare(`SELECT * FROM ${table}`)),
  );
  const heads = await env.LAKE.get(HEADS_KEY).then((object) => object?.text());
  try {
    await spoil();
  } finally {
    const statements = TABLES.flatMap((table, t) => [
      env.DB.prepare(`DELETE FROM ${table}`),
      ...saved[t]!.results.map((row) => {
        const marks = Object.keys(row).map((_, i) => `?${i + 1}`);
        return env.DB.prepare(`INSERT INTO ${table} VALUES (${marks.join(", ")})`).bind(
          ...Object.values(row),
        );
      }),
    ]);
    await env.DB.batch(statements);
    if (heads === undefined) await env.LAKE.delete(HEADS_KEY);
    else await env.LAKE.put(HEADS_KEY, heads);
  }
}

async function audited(action: string): Promise<void> {
  const audit = [{ action, subject: "test", detail: { why: action } }];
  await commitChained(context(), { audit, statements: () => [] });
}

async function seed(name: string): Promise<void> {
  await importProducts([1, 2, 3].map((n) => productRow(`${name}-${n}`)));
  await audited("one");
  await audited("two");
}

afterEach(() => vi.restoreAllMocks());

describe("verifying the chains", () => {
  it("counts what is there and names both heads", async () => {
    await seed("COUNT");
    const { ledger, audit } = await expectSoundChains();
    const heads = await env.DB.batch<{ seq: number; hash: string }>(
      ["price_ledger", "audit"].map((table) =>
        env.DB.prepare(`SELECT seq, hash FROM ${table} ORDER BY seq DESC LIMIT 1`),
      ),
    );
    const [ledgerHead, auditHead] = heads.map(({ results }) => results[0]!);
    expect(ledger).toEqual({ count: ledgerHead!.seq, head: ledgerHead!.hash });
    expect(audit).toEqual({ count: auditHead!.seq, head: auditHead!.hash });
  });

  it.each([
    ["the ledger's price", "ledger", "UPDATE price_ledger SET to_price = to_price + 1 WHERE seq = 2"],
    ["the ledger's actor", "ledger", "UPDATE price_ledger SET actor = 'user:eve' WHERE seq = 2"],
    ["the ledger's time", "ledger", "UPDATE price_ledger SET at = at - 1 WHERE seq = 2"],
    ["the ledger's reason", "ledger", "UPDATE price_ledger SET reason = 'none' WHERE seq = 2"],
    ["the audit's detail", "audit", `UPDATE audit SET detail = '{"x":1}' WHERE seq = 2`],
    ["the audit's action", "audit", "UPDATE audit SET action = 'nothing' WHERE seq = 2"],
  ])("finds %s edited", async (_, chain, edit) => {
    await seed("EDIT");
    await restoring(async () => {
      await env.DB.prepare(edit).run();
      const firstBad = { chain, seq: 2, reason: "content does not match its hash" };
      expect(await verify()).toMatchObject({ ok: false, firstBad });
    });
    await expectSoundChains();
  });

  it("finds an entry that was edited and given a new hash", async () => {
    await seed("FORGE");
    await restoring(async () => {
      const row = await env.DB.prepare("SELECT * FROM audit WHERE seq = 2").first<Record<string, unknown>>();
      const { prev_hash: prevHash, actor_id: actorId, hash: _, ...rest } = row!;
      const forged = { ...rest, actorId, seq: 2, prevHash: String(prevHash), detail: { forged: true } };
      await env.DB.prepare(`UPDATE audit SET detail = '{"forged":true}', hash = ?1 WHERE seq = 2`)
        .bind(entryHash(forged))
        .run();
      const firstBad = { chain: "audit", seq: 3, reason: "does not link to the entry before" };
      expect(await verify()).toMatchObject({ ok: false, firstBad });
    });
  });

  it("finds a row removed from the middle", async () => {
    await seed("GAP");
    await restoring(async () => {
      await env.DB.prepare("DELETE FROM price_ledger WHERE seq = 2").run();
      const firstBad = { chain: "ledger", seq: 2, reason: "entry 2 is missing" };
      expect(await verify()).toMatchObject({ ok: false, firstBad });
    });
  });
});

describe("the heads kept in the bucket", () => {
  it("are written by the minute tick, and not again while they do not change", async () => {
    await seed("KEEP");
    await tick();
    await tick(); // whatever the first tick itself audited is settled now
    const { ledger } = await verify();
    const kept = await env.LAKE.get(HEADS_KEY);
    expect(await kept!.json()).toMatchObject({ ledger: { count: ledger.count, hash: ledger.head } });
    await keepHeads(context());
    expect((await env.LAKE.head(HEADS_KEY))!.etag).toBe(kept!.etag);
    expect((await env.LAKE.head(HEADS_KEY))!.uploaded).toEqual(kept!.uploaded);
  });

  it.each(["price_ledger", "audit"])("show that the tail of %s was cut", async (table) => {
    await seed(`TAIL-${table}`);
    await keepHeads(context());
    await restoring(async () => {
      await env.DB.prepare(`DELETE FROM ${table} WHERE seq = (SELECT max(seq) FROM ${table})`).run();
      const report = await verify();
      expect(report.ok).toBe(false);
      expect(report.firstBad!.reason).toContain("are gone");
    });
    await expectSoundChains();
  });

  it("still show it after further passes and further entries", async () => {
    await seed("HIDE");
    await keepHeads(context());
    await restoring(async () => {
      await env.DB.prepare("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)").run();
      await expect(keepHeads(context())).rejects.toThrow("no longer holds");
      expect((await verify()).ok).toBe(false);
      await audited("in its place");
      await audited("and one more");
      await expect(keepHeads(context())).rejects.toThrow("no longer holds");
      const { firstBad } = await verify();
      const reason = "stands in the place of an entry that is gone";
      expect(firstBad).toMatchObject({ chain: "audit", reason });
    });
    await keepHeads(context());
    await expectSoundChains();
  });

  it("show a chain rewritten from an entry on", async () => {
    await seed("REWRITE");
    await keepHeads(context());
    await restoring(async () => {
      await env.DB.prepare("DELETE FROM audit WHERE seq > 1").run();
      for (let i = 0; i < 40; i++) await audited("rewritten");
      expect((await verify()).firstBad).toMatchObject({ chain: "audit" });
    });
    await context().turns.reset(await readHeads(context()));
  });
});

describe("writers of one chain at the same instant", () => {
  it("retry until each has its place", async () => {
    const before = await expectSoundChains();
    await Promise.all([1, 2, 3, 4].map((n) => audited(`writer ${n}`)));
    const after = await expectSoundChains();
    expect(after.audit.count).toBe(before.audit.count + 4);
  });

  it("are asked to come back when another writer takes the head every time", async () => {
    const before = await expectSoundChains();
    const stuck = new Proxy(env.DB, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (name !== "batch") return value.bind(target);
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements);
          // the heads as they were before anything was written
          const hasHeads = results.length === 2 && results[1]?.results[0] !== undefined;
          return hasHeads ? [{ results: [] }, { results: [] }] : results;
        };
      },
    });
    const ctx = { ...context(), d1: stuck, db: database(stuck), sleep: async () => {} };
    const audit = [{ action: "late", subject: "test", detail: {} }];
    await expect(commitChained(ctx, { audit, statements: () => [] })).rejects.toMatchObject({
      code: "unavailable",
      retryAfter: 1,
    });
    expect(await expectSoundChains()).toEqual(before);
  });
});

describe("the audit", () => {
  it("pages newest first without a gap", async () => {
    await seed("PAGES");
    const seqs: number[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const path: string = `/api/audit?limit=3${cursor && `&cursor=${cursor}`}`;
      const { body }: { body: { items: { seq: number }[]; nextCursor: string | null } } = await call(
        "GET",
        path,
      );
      seqs.push(...body.items.map(({ seq }) => seq));
      cursor = body.nextCursor;
    }
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => seqs.length - i));
    expect(seqs.length).toBe((await verify()).audit.count);
  });
});
