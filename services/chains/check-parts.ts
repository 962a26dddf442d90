import { asc, gt, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { auditAt, auditPage, ledgerPage, type RawAudit } from "../../db/reads/chains.ts";
import { settings } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { type ChainHead, firstBadEntry, GENESIS } from "../../domain/ledger/entries.ts";
import {
  deniesEntry,
  deniesOverrideEntry,
  idsOf,
  type OverrideFact,
  settingsVersion,
  unprovenDecision,
  unprovenOverride,
  unprovenSettings,
} from "../../domain/ledger/evidence.ts";
import type { AuditFact } from "../../domain/ledger/facts.ts";
import type { ServiceContext } from "../context.ts";
import { checkHeldEntries, checkHeldOverrides, leastDays, leastOf } from "./check-held.ts";
import { checkHeldPriceEntries, checkHeldPrices } from "./check-held-prices.ts";
import { checkEnd, checkIndexes } from "./check-indexes.ts";
import { checkSeals } from "./check-seals.ts";
import { type Finding, type PageResult, type Part, type Place, resultOf } from "./place.ts";
import { auditFact, hashedEntry, readDetail } from "./read-detail.ts";
import {
  type DeniedPrice,
  decidedProposal,
  deniedPrices,
  formerSkus,
  knownSkus,
  overridesById,
  proposalsById,
  readOverridePage,
  readProposals,
} from "./read-rows.ts";
import { readSeals, type SealContext } from "./seals.ts";

const NONE: ReadonlySet<string> = new Set();

type Db = Pick<ServiceContext, "db">;
/** `now`: what was closed before the retention of proposals may be gone */
export type CheckContext = SealContext & Pick<ServiceContext, "now" | "d1">;

/** Checks one page of a part, from a place on. */
export async function checkPage(ctx: CheckContext, place: Place, limit: number): Promise<PageResult> {
  return CHECKS[place.part](ctx, await behindSeals(ctx, place), limit);
}

/** The start of a chain is where the database still has it: what was before is sealed. */
async function behindSeals(ctx: CheckContext, place: Place): Promise<Place> {
  const { part } = place;
  if ((part !== "ledger" && part !== "audit") || place.after !== 0) return place;
  const { count, hash } = (await readSeals(ctx)).removed[part];
  return { part, after: count, hash };
}

const CHECKS: Record<Part, (ctx: CheckContext, place: Place, limit: number) => Promise<PageResult>> = {
  seals: checkSeals,
  ledger: checkLedger,
  audit: checkAudit,
  products: checkProducts,
  held_prices: checkHeldPrices,
  overrides: checkOverrides,
  held_overrides: checkHeldOverrides,
  proposals: checkProposals,
  settings: checkSettings,
};

function headOf({ after, hash = GENESIS }: Place): ChainHead {
  return { count: Number(after), hash };
}

function chainResult(
  place: Place,
  limit: number,
  entries: readonly { seq: number; hash: string }[],
  bad: Finding | null,
): PageResult {
  const seqs = entries.map(({ seq }) => seq);
  const { reached, ...result } = resultOf(place, limit, seqs, bad);
  return { ...result, reached: { ...reached, hash: entries.at(-1)?.hash ?? headOf(place).hash } };
}

async function checkLedger({ db }: Db, place: Place, limit: number): Promise<PageResult> {
  const entries = await ledgerPage(db, Number(place.after), limit);
  const broken = firstBadEntry(headOf(place), entries);
  if (broken)
    return chainResult(place, limit, entries, { part: "ledger", at: broken.seq, reason: broken.reason });
  const known = await knownSkus(db, [...new Set(entries.map(({ sku }) => sku))]);
  const orphan = entries.find(({ sku }) => !known.has(sku));
  const bad: Finding | null = orphan
    ? {
        part: "products",
        at: orphan.sku,
        reason: `entry ${orphan.seq} of the ledger priced a product that is gone`,
      }
    : null;
  return chainResult(place, limit, entries, bad);
}

/** Rows that the entries of one page are compared with: an entry may have ended hundreds of proposals. */
const PAGE_DECIDED = 10_000;

async function checkAudit(ctx: CheckContext, place: Place, limit: number): Promise<PageResult> {
  const page = await auditPage(ctx.db, Number(place.after), limit);
  const raw = page.slice(0, fewEnough(page));
  const isLast = page.length < limit && raw.length === page.length;
  const spoilt = raw.findIndex(({ detail }) => "broken" in readDetail(detail));
  const readable = spoilt < 0 ? raw : raw.slice(0, spoilt);
  const entries = readable.map(hashedEntry);
  const broken = firstBadEntry(headOf(place), entries);
  const first = broken ?? (spoilt < 0 ? null : brokenDetail(raw[spoilt]!));
  const bad: Finding | null = first
    ? { part: "audit", at: first.seq, reason: first.reason }
    : ((await checkIndexes(ctx, entries)) ??
      (await checkDecided(ctx, entries)) ??
      (await checkHeldEntries(ctx, entries)) ??
      (await checkHeldPriceEntries(ctx, entries)) ??
      (isLast ? await checkEnd(ctx) : null));
  return { ...chainResult(place, limit, raw, bad), done: isLast };
}

/** How many entries of a page are checked at once, at least one. */
function fewEnough(page: readonly RawAudit[]): number {
  let decided = 0;
  const end = page.findIndex((entry, i) => {
    decided += idsOf(auditFact(entry), "proposal").length;
    return decided > PAGE_DECIDED && i > 0;
  });
  return end < 0 ? page.length : end;
}

function brokenDetail({ seq, detail }: { seq: number; detail: unknown }) {
  const read = readDetail(detail);
  return { seq, reason: "broken" in read ? read.broken : "" };
}

/** What entries decided has to be as they left it. */
async function checkDecided(ctx: CheckContext, entries: readonly AuditFact[]): Promise<Finding | null> {
  const proposalIds = [...new Set(entries.flatMap((entry) => idsOf(entry, "proposal")))];
  const overrideIds = [...new Set(entries.flatMap((entry) => idsOf(entry, "override")))];
  const versions = entries.flatMap((entry) => settingsVersion(entry) ?? []);
  if (proposalIds.length + overrideIds.length + versions.length === 0) return null;
  const { db } = ctx;
  const [proposals, overrides, kept, [fewest]] = await db.batch([
    proposalsById(db, proposalIds),
    overridesById(db, overrideIds),
    db.select({ version: settings.version }).from(settings).where(isAmong(settings.version, versions)),
    db.select({ days: leastDays("proposalDays") }).from(settings),
  ]);
  const missing = versions.find((version) => !kept.some((row) => row.version === version));
  if (missing !== undefined)
    return { part: "settings", at: missing, reason: "the audit made this version, and it is gone" };
  // proposals that ended before this may be in the archive
  const archivedBefore = ctx.now - leastOf(fewest, "proposalDays") * DAY_MS;
  const proposalOf = new Map(proposals.map((row) => [row.id, row]));
  const overrideOf = new Map<string, OverrideFact>(overrides.map((row) => [row.id, row]));
  for (const entry of entries) {
    for (const id of idsOf(entry, "proposal")) {
      const row = proposalOf.get(id);
      if (row === undefined && entry.at < archivedBefore) continue;
      const decided = row && decidedProposal(row);
      const reason = decided === null ? "its JSON is broken" : deniesEntry(entry, decided);
      if (reason) return { part: "proposals", at: id, reason };
    }
    for (const id of idsOf(entry, "override")) {
      const reason = deniesOverrideEntry(entry, overrideOf.get(id));
      if (reason) return { part: "overrides", at: id, reason };
    }
  }
  return null;
}

async function checkProducts({ db }: Db, place: Place, limit: number): Promise<PageResult> {
  const { skus, denied } = await deniedPrices(db, String(place.after), limit);
  return resultOf(place, limit, skus, denied && deniedPrice(denied));
}

function deniedPrice({ sku, price, seq, entrySku, to, later, baseDenied }: DeniedPrice): Finding {
  const finding = (reason: string): Finding => ({ part: "products", at: sku, reason });
  if (entrySku !== sku) return finding(`the ledger has no entry ${seq} of this SKU`);
  if (to !== price)
    return finding(`the price is ${price}, entry ${seq} of the ledger says ${to} (minor units)`);
  if (later) return finding(`the price is that of entry ${seq} of the ledger, which has a later one`);
  if (baseDenied) return finding("neither the ledger nor an import gave it its base price");
  return finding(`since, source or currency is not that of entry ${seq} of the ledger`);
}

async function checkOverrides({ db }: Db, place: Place, limit: number): Promise<PageResult> {
  const { rows, entries } = await readOverridePage(db, String(place.after), limit);
  const facts = Map.groupBy(entries.map(auditFact), ({ subject }) => subject);
  const ids = rows.map(({ id }) => id);
  const ofSkus = rows.flatMap(({ scope, key }) => (scope === "sku" ? [key] : []));
  const former = await formerSkus(db, ofSkus);
  for (const row of rows) {
    const reason = unprovenOverride(row, facts.get(row.id) ?? [], former.get(row.key));
    if (reason) return resultOf(place, limit, ids, { part: "overrides", at: row.id, reason });
  }
  return resultOf(place, limit, ids, null);
}

async function checkProposals({ db }: Db, place: Place, limit: number): Promise<PageResult> {
  const { rows, entries } = await readProposals(db, String(place.after), limit);
  const ids = rows.map(({ row }) => row.id);
  const facts = factsByInstant(entries.map(auditFact));
  const former = await formerSkus(db, [...new Set(rows.map(({ row }) => row.sku))]);
  for (const { row, ledger } of rows) {
    const decided = decidedProposal(row);
    const instants = decided
      ? [decided.decidedAt, decided.undoneAt, ...decided.approvals.map(({ at }) => at)]
      : [];
    const places = [...new Set(instants)].map((at) => `${at} ${row.id}`);
    const reason = decided
      ? unprovenDecision(
          decided,
          places.flatMap((place) => facts.get(place) ?? []),
          ledger,
          former.get(row.sku) ?? NONE,
        )
      : "its JSON is broken";
    if (reason) return resultOf(place, limit, ids, { part: "proposals", at: row.id, reason });
  }
  return resultOf(place, limit, ids, null);
}

/** Entries by the instant and the proposals that they speak of. */
function factsByInstant(facts: readonly AuditFact[]): Map<string, AuditFact[]> {
  const found = new Map<string, AuditFact[]>();
  for (const fact of facts) {
    for (const id of idsOf(fact, "proposal")) {
      const place = `${fact.at} ${id}`;
      found.set(place, [...(found.get(place) ?? []), fact]);
    }
  }
  return found;
}

async function checkSettings({ db }: Db, place: Place, limit: number): Promise<PageResult> {
  const page = db
    .select({
      version: settings.version,
      at: settings.at,
      actor: settings.actor,
      body: sql<string>`${settings.body}`,
    })
    .from(settings)
    .where(gt(settings.version, Number(place.after)))
    .orderBy(asc(settings.version))
    .limit(limit);
  const instants = db
    .select({ at: settings.at })
    .from(settings)
    .where(gt(settings.version, Number(place.after)));
  const [rows, entries] = await db.batch([page, auditAt(db, instants.getSQL())]);
  const facts = Map.groupBy(entries.map(auditFact), ({ at }) => at);
  const versions = rows.map(({ version }) => version);
  for (const row of rows) {
    const reason = unprovenSettings(row, facts.get(row.at) ?? []);
    if (reason) return resultOf(place, limit, versions, { part: "settings", at: row.version, reason });
  }
  return resultOf(place, limit, versions, null);
}
