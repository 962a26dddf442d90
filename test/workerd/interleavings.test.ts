import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { database } from "../../db/database.ts";
import { readProduct } from "../../db/reads/products.ts";
import { uniform } from "../../domain/base/keyed-random.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { limitOfMove } from "../../domain/pricing/hard-limits.ts";
import { readServedPrices } from "../../services/pricing/served-price.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { expectSoundChains, holdScheduledRuns, importProducts, productRow, tick } from "./back-support.ts";
import { addProposals } from "./proposals-support.ts";
import { type Answer, call } from "./support.ts";

const INTERLEAVINGS = 200;
const STEPS = 5;
const SEED = 20_261_129;
/** The SKUs that the three products have at the moment. */
const SKUS = ["INTER-0", "INTER-1", "INTER-2"];
/** These change for a while what other steps rely on: they come alone. */
const ALONE = ["undo", "rename"];
const NOTE = "Looked at by hand, and found to be right for this week of the year.";

/** A source of choices that is the same in every run of the test. */
class Chance {
  private drawn = 0;
  private readonly path: number;
  constructor(path: number) {
    this.path = path;
  }

  /** 0 to n − 1 */
  below(n: number): number {
    return Math.floor(uniform(SEED, this.path, this.drawn++) * n);
  }
  pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }
  money(from: number, to: number): string {
    return ((from + this.below(to - from)) / 100).toFixed(2);
  }
}

let made = 0;
const known: { id: string; sku: string }[] = [];

async function priceOf(sku: string): Promise<number> {
  return (await readProduct(database(env.DB), sku))!.price;
}

/** A proposal from the present price, as a run would make it. */
async function propose(chance: Chance): Promise<void> {
  const sku = chance.pick(SKUS);
  const from = await priceOf(sku);
  const to = Math.max(100, from + chance.below(600) - 300);
  const id = `prp_inter_${made++}`;
  if (to === from) return;
  // some expire within a step or two, however fast the steps are
  const life = chance.below(3) === 0 ? 20 + chance.below(150) : 300 + chance.below(5_000);
  await addProposals([{ id, sku, from, to, expiresAt: Date.now() + life }]);
  known.push({ id, sku });
}

type Step = (chance: Chance) => Promise<unknown>;

const proposalOf = (chance: Chance) => chance.pick(known.slice(-6));

const STEPS_OF: Record<string, Step> = {
  propose,
  async approve(chance) {
    const body = chance.below(3) === 0 ? { price: chance.money(1_500, 2_600), note: NOTE } : { note: NOTE };
    const path = `/api/proposals/${proposalOf(chance).id}/approve`;
    const first = await call("POST", path, body);
    // the same request delivered again
    if (chance.below(2) === 0) await call("POST", path, body);
    return first;
  },
  later: (chance) =>
    call("POST", `/api/proposals/${proposalOf(chance).id}/approve`, {
      note: NOTE,
      effectiveAt: new Date(Date.now() + chance.below(300)).toISOString(),
    }),
  bulk: (chance) =>
    call("POST", "/api/proposals/bulk", {
      action: chance.pick(["approve", "reject"]),
      filter: { sku: chance.pick(SKUS) },
      note: NOTE,
    }),
  async override(chance) {
    const kind = chance.pick(["PRICE_FREEZE", "FIXED_PRICE"]);
    const price = kind === "FIXED_PRICE" ? { price: chance.money(1_800, 2_300) } : {};
    return call("POST", "/api/overrides", {
      ...{ scope: "sku", key: chance.pick(SKUS), kind, reason: NOTE, ...price },
    });
  },
  async end(chance) {
    const { body } = await call<{ items: { id: string }[] }>("GET", "/api/overrides");
    if (body.items.length > 0) return call("DELETE", `/api/overrides/${chance.pick(body.items).id}`);
  },
  import: (chance) => importProducts([{ sku: chance.pick(SKUS), price: chance.money(1_800, 2_300) }]),
  limits: (chance) =>
    importProducts([
      {
        ...{
          sku: chance.pick(SKUS),
          minPrice: chance.money(900, 2_100),
          maxPrice: chance.money(2_100, 3_000),
        },
        status: chance.below(5) === 0 ? "inactive" : "active",
      },
    ]),
  cost(chance) {
    const from = new Date(Date.now() - HOUR_MS + made++).toISOString();
    const csv = `sku,unitCost,from\n${chance.pick(SKUS)},${chance.money(500, 2_000)},${from}\n`;
    return call("POST", "/api/import/costs", csv, { "content-type": "text/csv" });
  },
  settings: (chance) => call("PUT", "/api/settings", { guardrails: { marginMin: chance.below(20) / 100 } }),
  hand: (chance) =>
    call("PUT", `/api/products/${chance.pick(SKUS)}/price`, {
      price: chance.money(1_700, 2_400),
      reason: NOTE,
    }),
  rollback: (chance) => call("POST", `/api/prices/${chance.pick(SKUS)}/rollback`, { reason: NOTE }),
  // a base price too far away to be served without a person
  hold: (chance) => importProducts([{ sku: chance.pick(SKUS), price: chance.money(2_800, 3_600) }]),
  async release(chance) {
    const { body } = await call<{ items: { id: string }[] }>("GET", "/api/held-prices");
    const verb = chance.pick(["release", "release", "discard"]);
    if (body.items.length > 0)
      return call("POST", `/api/held-prices/${chance.pick(body.items).id}/${verb}`, { note: NOTE });
  },
  async undo(chance) {
    await call("PUT", "/api/settings", { undoSeconds: 600 });
    const { id } = proposalOf(chance);
    await call("POST", `/api/proposals/${id}/approve`, { note: NOTE });
    const answer = await call("POST", `/api/proposals/${id}/undo`, {});
    await call("PUT", "/api/settings", { undoSeconds: 0 });
    return answer;
  },
  async rename(chance) {
    const place = chance.below(SKUS.length);
    const to = `INTER-${place}-${made++}`;
    const answer = await call("POST", `/api/products/${SKUS[place]}/rename`, { to, reason: NOTE });
    if (answer.status === 200) SKUS[place] = to;
    return answer;
  },
  async tick(chance) {
    const now = Date.now();
    await tick(now);
    // cron may fire twice
    if (chance.below(3) === 0) await tick(now);
  },
};

interface Entry {
  seq: number;
  sku: string;
  from_price: number | null;
  to_price: number;
  cause_kind: string;
  cause_id: string | null;
  source: string;
  reason: string | null;
}

async function entriesAfter(seq: number): Promise<Entry[]> {
  const { results } = await env.DB.prepare("SELECT * FROM price_ledger WHERE seq > ?1 ORDER BY seq")
    .bind(seq)
    .all<Entry>();
  return results;
}

/** What decides a price; at the end of an override the price of before comes back, whatever it is by now. */
const DECIDING = ["proposal", "manual", "rollback"];

/** What was decided just now keeps the limits of now: proposals, people, rollbacks, fixed prices, prices of a feed. */
async function expectAllowed(entries: readonly Entry[]): Promise<void> {
  const { settings } = await readSettings(env.DB);
  for (const { sku, from_price, to_price, cause_kind, source, reason } of entries) {
    const isFixed = cause_kind === "override" && source === "override";
    const isFeeds = cause_kind === "import" && !reason?.startsWith("imported while");
    if (!DECIDING.includes(cause_kind) && !isFixed && !isFeeds) continue;
    const product = (await readProduct(database(env.DB), sku))!;
    expect(limitOfMove(product, from_price!, to_price, settings)).toBeNull();
    if (cause_kind === "proposal") expect(product.status).toBe("active");
  }
}

/** The stored price is that of the newest entry, and so is the served one, whatever override is in force or has just ended. */
async function expectServedAsWritten(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT sku, price, (SELECT to_price FROM price_ledger l WHERE l.sku = p.sku ORDER BY seq DESC LIMIT 1) AS written
     FROM products p ORDER BY sku`,
  ).all<{ sku: string; price: number; written: number }>();
  for (const { price, written } of results) expect(price).toBe(written);
  const skus = results.map(({ sku }) => sku);
  const served = await readServedPrices(database(env.DB), skus, Date.now());
  expect(served.map(({ sku, price }) => ({ sku, price }))).toEqual(
    results.map(({ sku, written }) => ({ sku, price: written })),
  );
}

async function expectAppliedOnce(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT p.id, p.status, count(l.seq) AS entries FROM proposals p
     LEFT JOIN price_ledger l ON l.cause_kind = 'proposal' AND l.cause_id = p.id GROUP BY p.id`,
  ).all<{ id: string; status: string; entries: number }>();
  for (const { status, entries } of results) expect(entries).toBe(status === "applied" ? 1 : 0);
}

/** Says nothing if hardly anything happened: many proposals of each end. */
async function expectVaried(): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT status, count(*) AS n FROM proposals GROUP BY status",
  ).all<{
    status: string;
    n: number;
  }>();
  const counts = Object.fromEntries(results.map(({ status, n }) => [status, n]));
  for (const status of ["applied", "rejected", "superseded", "expired"])
    expect(counts[status] ?? 0, status).toBeGreaterThanOrEqual(5);
}

/** No request ends in a failure of the server, whatever came before it or at the same instant. */
function expectNoFailure(answers: readonly unknown[]): void {
  for (const answer of answers) if (answer !== undefined) expect((answer as Answer).status).toBeLessThan(500);
}

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts(SKUS.map((sku) => productRow(sku, { unitCost: "10.00" })));
  await propose(new Chance(INTERLEAVINGS));
}, 60_000);

it("200 random interleavings never put a price in force that the limits forbid, and each proposal at most once", async () => {
  // proposals and approvals come more often than the rest, so that many are applied
  const names = [...Object.keys(STEPS_OF), ...["propose", "approve", "propose", "approve", "tick"]];
  for (let path = 0; path < INTERLEAVINGS; path++) {
    const chance = new Chance(path);
    const trail: string[] = [];
    try {
      for (let step = 0; step < STEPS; step++) {
        const before = await env.DB.prepare(
          "SELECT coalesce(max(seq), 0) AS n FROM price_ledger",
        ).first<number>("n");
        // every fourth step is several at the same instant: then the limits of the moment are not known here
        const together = chance.below(4) === 0 ? 3 : 1;
        const among = together === 1 ? names : names.filter((name) => !ALONE.includes(name));
        const chosen = Array.from({ length: together }, () => chance.pick(among));
        trail.push(chosen.join(" + "));
        expectNoFailure(await Promise.all(chosen.map((name) => STEPS_OF[name]!(chance))));
        if (together === 1) await expectAllowed(await entriesAfter(before!));
        await expectServedAsWritten();
      }
      await expectAppliedOnce();
    } catch (error) {
      throw new Error(`interleaving ${path}: ${trail.join(", ")}`, { cause: error });
    }
  }
  await expectVaried();
  await expectSoundChains();
}, 600_000);
