import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../domain/base/time.ts";
import { holdScheduledRuns, importProducts, person, productRow, tick } from "./back-support.ts";
import { create, end, inMinutes } from "./override-support.ts";
import { call } from "./support.ts";
import {
  columnsOf,
  type Finding,
  firstBad,
  holdPrices,
  otherValue,
  PROVEN,
  type Proven,
  putRow,
  rowsOf,
  spoiling,
} from "./tamper-support.ts";

const SKUS = ["T-1", "T-2", "T-3", "T-4", "T-5", "T-6", "T-7"];

const NOTHING = { units: 0, revenue: 0, profit: 0, interval80: [0, 0] };
const EXPECTED = JSON.stringify({ ...NOTHING, delta: NOTHING });
const LISTS = ["inputs", "candidates", "guardrails", "binding", "shadow", "relaxations"];
const EXPLANATION = JSON.stringify({
  ...Object.fromEntries(LISTS.map((name) => [name, []])),
  ...{ sentence: "a test", reason: "profit", pGain: 1, unlimited: null },
});

/** A pending proposal of each SKU from 20.00 to 21.00. */
async function proposeAll(): Promise<void> {
  const insert = env.DB.prepare(
    `INSERT INTO proposals (id, sku, category, from_price, to_price, currency, change_pct, risk, risk_reasons, strategy,
       confidence, expected, explanation, status, approvals, created_at, expires_at)
     VALUES (?1, ?2, 'things', 2000, 2100, 'EUR', 5, ?3, '[]', 'test', 1, ?5, ?6, 'pending', '[]', 0, ?4)`,
  );
  const soon = Date.now() + HOUR_MS;
  await env.DB.batch(
    SKUS.map((sku, i) =>
      insert.bind(`p-${sku}`, sku, i === 4 ? "HIGH" : "LOW", i === 3 ? soon : 8e15, EXPECTED, EXPLANATION),
    ),
  );
}

/** Every kind of decision once: applied, rejected, scheduled, expired, approved by one of two, superseded by an import. */
async function decideAll(): Promise<void> {
  const decide = (sku: string, what: string, body: object, as: typeof call = call) =>
    as("POST", `/api/proposals/p-${sku}/${what}`, body);
  expect((await decide("T-1", "approve", { note: "go" })).status).toBe(200);
  expect((await decide("T-2", "reject", { note: "too high" })).status).toBe(200);
  expect((await decide("T-3", "approve", { note: "later", effectiveAt: inMinutes(600) })).status).toBe(200);
  const [ann, bob] = [
    await person("ann@example.com", "approver"),
    await person("bob@example.com", "approver"),
  ];
  expect((await decide("T-5", "approve", {}, ann.call)).body).toMatchObject({ status: "pending" });
  const other = await decide("T-5", "approve", { price: "20.90" }, bob.call);
  expect(other.body).toMatchObject({ status: "pending", approvals: [{ price: "20.90" }] });
  await importProducts([productRow("T-6", { price: "22.00" })]);
  await call("PUT", "/api/products/T-7/price", { price: "21.50", reason: "by hand" });
  expect(bob.id).not.toBe(ann.id);
  await holdAll(ann.call, bob.call);
  await holdPrices(ann.call, bob.call);
  await tick(Date.now() + 2 * HOUR_MS);
}

/** Overrides that waited for a second person: replaced, released, discarded, and one that waits. */
async function holdAll(ann: typeof call, bob: typeof call): Promise<void> {
  const ask = async (by: typeof call, override: object) => {
    const answer = await by<{ id: string }>("POST", "/api/overrides", { reason: "season", ...override });
    expect(answer.status).toBe(202);
    return answer.body.id;
  };
  const rules = { scope: "category", key: "things", kind: "FORCE_RULE_BASED" };
  await ask(ann, rules);
  const agreed = await ask(bob, { ...rules, expiresAt: inMinutes(600) });
  expect((await ann("POST", `/api/held-overrides/${agreed}/release`, { note: "yes" })).status).toBe(200);
  const fixed = { scope: "sku", key: "T-7", kind: "FIXED_PRICE", price: "90.00" };
  const refused = await ask(ann, fixed);
  expect((await bob("POST", `/api/held-overrides/${refused}/discard`, { note: "no" })).status).toBe(200);
  await ask(ann, { ...fixed, price: "95.00" });
}

beforeAll(async () => {
  await importProducts(SKUS.map((sku) => productRow(sku, { unitCost: "5.00" })));
  await proposeAll();
  await holdScheduledRuns();
  await call("PUT", "/api/settings", { markup: 0.4 });
  await call("PUT", "/api/settings", { markup: 0.6 });
  const fixed = await create({ scope: "sku", key: "T-2", kind: "FIXED_PRICE", price: "19.00" });
  await create({ scope: "global", kind: "FORCE_RULE_BASED" });
  await create({ scope: "category", key: "other", kind: "PRICE_FREEZE", expiresAt: inMinutes(60) });
  await end(fixed.body.id);
  await decideAll();
  expect(await firstBad()).toBeUndefined();
}, 60_000);

interface Instant {
  at: number;
  from_seq: number;
  to_seq: number;
}

const SUITS: Record<string, string> = { price_ledger: "ledger", audit: "audit" };

/** Whether a finding names the row, by its chain or by its key. */
function names(finding: Finding, table: Proven, key: string | number): boolean {
  if (table in SUITS) return finding.chain === SUITS[table] && finding.seq === key;
  return finding.state === table && finding.key === String(key);
}

const tables = Object.keys(PROVEN) as Proven[];
const SEED = 20_261_129;
const RUNS = { numRuns: 60, seed: SEED, endOnFailure: true };
const DECIDED = "status <> 'pending'";

/** Every column that tampering may touch: each is tried in several rows, at several places. */
const COLUMNS = tables.flatMap((table) => columnsOf(table).map((column) => [table, column] as const));
const PER_COLUMN = { numRuns: 4, seed: SEED, endOnFailure: true };

describe("tampering with the database", () => {
  it.each(COLUMNS)("by one byte of %s.%s is found, and the row is named", async (table, column) => {
    const place = fc.record({ row: fc.nat(), byte: fc.nat(), isTaken: fc.boolean() });
    const { key } = PROVEN[table];
    // what a decided proposal started from is part of the decision; of one that nobody decided, it is none
    const isStart = table === "proposals" && /_price$|^sku$|^id$/.test(column);
    const rows = await rowsOf(table, isStart ? DECIDED : "true");
    await fc.assert(
      fc.asyncProperty(place, async ({ row, byte, isTaken }) => {
        const victim = rows[row % rows.length]!;
        const isGone = isTaken && column !== key && victim[column] !== null;
        const other = isGone ? null : otherValue(victim[column]!, byte);
        await spoiling(table, async () => {
          const set = env.DB.prepare(`UPDATE OR IGNORE ${table} SET "${column}" = ?1 WHERE "${key}" = ?2`);
          const { meta } = await set.bind(other, victim[key]!).run();
          if (meta.changes === 0) return;
          const found = await firstBad();
          const context = `${table}.${column} of ${victim[key]}: ${victim[column]} -> ${other}: ${JSON.stringify(found)}`;
          expect(found, context).toBeDefined();
          const keys = column === key ? [victim[key]!, other!] : [victim[key]!];
          const isNamed = keys.some((one) => names(found!, table, one));
          // a SKU or a number that changed also leaves its entry without the row, and the row without its entry
          expect(isNamed || ["sku", "seq", "id"].includes(column), context).toBe(true);
        });
      }),
      PER_COLUMN,
    );
  });

  it("leaves nothing behind that these tests put back", async () => {
    expect(await firstBad()).toBeUndefined();
  });

  it("by deleting any row is found, and the row is named", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tables), fc.nat(), async (table, row) => {
        const decided = `${DECIDED} OR approvals <> '[]'`;
        const rows = await rowsOf(table, table === "proposals" ? decided : "true");
        const victim = rows[row % rows.length]!;
        const { key } = PROVEN[table];
        await spoiling(table, async () => {
          await env.DB.prepare(`DELETE FROM ${table} WHERE "${key}" = ?1`).bind(victim[key]!).run();
          const found = await firstBad();
          const context = `${table} ${victim[key]}: ${JSON.stringify(found)}`;
          expect(found && names(found, table, victim[key]!), context).toBe(true);
        });
      }),
      RUNS,
    );
  });

  it("by a forged row, the copy of another under a new key, is found, and one of the two is named", async () => {
    for (const table of tables) {
      const { key } = PROVEN[table];
      const rows = await rowsOf(table, table === "proposals" ? DECIDED : "true");
      // the newest of all, and one of the first
      for (const victim of [rows[0]!, rows.at(-1)!])
        await spoiling(table, async () => {
          const forged = {
            ...victim,
            [key]: typeof victim[key] === "number" ? 9_999_999 : `${victim[key]}z`,
          };
          const waits = victim.status === "held" || (table === "overrides" && victim.ended_at === null);
          // of one scope, one at most waits or is in force: the table itself refuses a second
          if (waits) Object.assign(forged, "sku" in victim ? { sku: "T-1" } : { key: "forged" });
          await putRow(table, forged).run();
          const found = await firstBad();
          const context = `${table} ${forged[key]}: ${JSON.stringify(found)}`;
          const isNamed = found && [victim, forged].some((row) => names(found, table, row[key]!));
          expect(isNamed || (table in SUITS && found?.chain === SUITS[table]), context).toBe(true);
        });
    }
  });

  it("by swapping what two rows say is found, and one of them is named", async () => {
    const pair = fc.record({ table: fc.constantFrom(...tables), a: fc.nat(), b: fc.nat() });
    await fc.assert(
      fc.asyncProperty(pair, async ({ table, a, b }) => {
        const { key } = PROVEN[table];
        const rows = await rowsOf(table, table === "proposals" ? DECIDED : "true");
        const [first, second] = [rows[a % rows.length]!, rows[b % rows.length]!];
        if (first === second) return;
        await spoiling(table, async () => {
          const swap = env.DB.prepare(`UPDATE ${table} SET "${key}" = ?1 WHERE "${key}" = ?2`);
          const aside = typeof first[key] === "number" ? 9_999_999 : "aside";
          await env.DB.batch([
            swap.bind(aside, first[key]!),
            swap.bind(first[key]!, second[key]!),
            swap.bind(second[key]!, aside),
          ]);
          const found = await firstBad();
          const context = `${table} ${first[key]} <> ${second[key]}: ${JSON.stringify(found)}`;
          const isNamed = found && [first, second].some((row) => names(found, table, row[key]!));
          expect(isNamed, context).toBe(true);
        });
      }),
      RUNS,
    );
  });

  it("by deleting a proposal that an import or another run has overtaken is found", async () => {
    const over = await rowsOf("proposals", "status = 'superseded'");
    expect(over.map(({ decided_by }) => decided_by)).toEqual(expect.arrayContaining(["system:import"]));
    for (const { id } of over)
      await spoiling("proposals", async () => {
        await env.DB.prepare("DELETE FROM proposals WHERE id = ?1").bind(id!).run();
        expect(await firstBad()).toMatchObject({ state: "proposals", key: id });
      });
  });

  it("by cutting the newest entry with the row of its instant is found, whatever comes after it", async () => {
    await call("POST", "/api/keys", { name: "cut with its instant", scopes: ["read"] });
    const last = (await rowsOf("audit")).at(-1)!;
    const { results: instants } = await env.DB.prepare("SELECT * FROM audit_instants").all<Instant>();
    await spoiling("audit", async () => {
      await env.DB.batch([
        env.DB.prepare("DELETE FROM audit WHERE seq = ?1").bind(last.seq!),
        env.DB.prepare("DELETE FROM audit_instants WHERE at = ?1").bind(last.at!),
      ]);
      expect(await firstBad()).toMatchObject({ chain: "audit", seq: last.seq });
      for (const name of ["the next", "and one more"])
        await call("POST", "/api/keys", { name, scopes: ["read"] });
      expect(await firstBad()).toMatchObject({ chain: "audit", seq: last.seq });
    });
    const put = env.DB.prepare("INSERT INTO audit_instants (at, from_seq, to_seq) VALUES (?1, ?2, ?3)");
    await env.DB.batch([
      env.DB.prepare("DELETE FROM audit_instants"),
      ...instants.map(({ at, from_seq, to_seq }) => put.bind(at, from_seq, to_seq)),
    ]);
    expect(await firstBad()).toBeUndefined();
  });

  it("by cutting the newest entries before a head is kept that counts them is found, and the first is named", async () => {
    for (let i = 0; i < 3; i++) {
      // an act that decides no row that would miss it, and a price
      await call("POST", "/api/keys", { name: `cut ${i}`, scopes: ["read"] });
      await call("PUT", `/api/products/T-${i + 1}/price`, { price: `22.${i}0`, reason: "by hand" });
    }
    await spoiling("audit", async () => {
      await env.DB.prepare("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)").run();
      const { seq: gone } = (await rowsOf("audit")).at(-1)!;
      // life goes on, and the next act takes the number
      await call("POST", "/api/keys", { name: "another", scopes: ["read"] });
      expect(await firstBad()).toMatchObject({ chain: "audit", seq: Number(gone) + 1 });
    });
    const isOwn = "SELECT 1 FROM audit WHERE audit.seq = to_seq AND audit.at = audit_instants.at";
    await env.DB.prepare(`DELETE FROM audit_instants WHERE NOT EXISTS (${isOwn})`).run();
    const cut = fc.record({
      table: fc.constantFrom("audit" as const, "price_ledger" as const),
      rows: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ table, rows }) => {
        const victims = (await rowsOf(table)).slice(-rows);
        await spoiling(table, async () => {
          await env.DB.prepare(`DELETE FROM ${table} WHERE seq >= ?1`).bind(victims[0]!.seq!).run();
          const found = await firstBad();
          const context = `${table} from ${victims[0]!.seq} on: ${JSON.stringify(found)}`;
          expect(found && names(found, table, victims[0]!.seq!), context).toBe(true);
        });
      }),
      { numRuns: 12, seed: SEED, endOnFailure: true },
    );
    expect(await firstBad()).toBeUndefined();
  });
});
