import { and, asc, eq, gt } from "drizzle-orm";
import { storeListings, stores } from "../../db/schema.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { failureMessage } from "../../domain/delivery/failure.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { importCatalogue, importSales } from "./import-pages.ts";
import { pushPrices } from "./push-prices.ts";
import { seePrices } from "./see-prices.ts";
import type { Step, StoreJob } from "./store-job.ts";
import { PassOver, type StoreContext, type StoreLink } from "./store-link.ts";
import { readStore, type StoreRecord } from "./stores.ts";

const FAILURES_MAX = 5;

export function jobOf(store: StoreRecord): StoreJob | null {
  return store.job as StoreJob | null;
}

function isUnderWay(job: StoreJob | null): job is StoreJob {
  return job !== null && job.finishedAt === null;
}

function newJob(steps: Step[], by: string, now: number, dryRun = false): StoreJob {
  return {
    ...{ steps, dryRun, by, startedAt: now, cursor: null, counts: {}, problems: [] },
    ...{ finishedAt: null, error: null, failures: 0 },
  };
}

/**
 * Asks for products, stock and sales to be read from a store, or for its prices to be compared; it is done page by page in the
 * background. A dry run counts what it would do.
 *
 * @throws ProblemError `not_found`, or `conflict` while another job of the store is under way
 */
export async function startJob(
  ctx: ServiceContext,
  id: string,
  { steps, dryRun }: { steps: Step[]; dryRun: boolean },
): Promise<StoreRecord> {
  const store = await readStore(ctx.db, id);
  if (isUnderWay(jobOf(store))) throw new ProblemError("conflict", "the store is being read already");
  const job = newJob(steps, actorLabel(ctx.actor), ctx.now, dryRun);
  await commitChained(ctx, {
    audit: [{ action: "store.read", subject: `store:${id}`, detail: { steps, dryRun } }],
    statements: () => [],
  });
  await saveJob(ctx, id, job);
  return readStore(ctx.db, id);
}

async function saveJob(
  { db }: Pick<ServiceContext, "db">,
  id: string,
  job: StoreJob,
  more: object = {},
): Promise<void> {
  await db
    .update(stores)
    .set({ job, ...more })
    .where(eq(stores.id, id));
}

/** When the next job begins by itself, ms; null = never. */
export function jobDueAt(store: StoreRecord): { at: number; steps: Step[] } | null {
  const { importMinutes, checkMinutes, importedAt, checkedAt, createdAt } = store;
  const due = [
    ...(importMinutes === null
      ? []
      : [
          {
            at: (importedAt ?? createdAt) + importMinutes * MINUTE_MS,
            steps: ["catalogue", "sales"] as Step[],
          },
        ]),
    ...(checkMinutes === null
      ? []
      : [{ at: (checkedAt ?? createdAt) + checkMinutes * MINUTE_MS, steps: ["check"] as Step[] }]),
  ];
  return due.sort((a, b) => a.at - b.at)[0] ?? null;
}

/** Does one page of the store's job, or begins the one that is due. Answers whether there was something to do. */
export async function workOnJob(ctx: StoreContext, link: StoreLink): Promise<boolean> {
  const store = await readStore(ctx.db, link.store.id);
  const job = jobOf(store);
  const now = ctx.clock();
  if (isUnderWay(job)) {
    await doPage(ctx, link, job);
    return true;
  }
  const due = jobDueAt(store);
  if (due === null || due.at > now) return false;
  await saveJob(ctx, store.id, newJob(due.steps, "system:store", now));
  return true;
}

async function doPage(ctx: StoreContext, link: StoreLink, job: StoreJob): Promise<void> {
  const [step, ...others] = job.steps;
  const { id } = link.store;
  if (step === undefined) return saveJob(ctx, id, { ...job, finishedAt: ctx.clock() });
  try {
    const next = await PAGES[step](ctx, link, job);
    const done = next === null;
    const now = ctx.clock();
    const isOver = done && others.length === 0;
    await saveJob(
      ctx,
      id,
      {
        ...job,
        steps: done ? others : job.steps,
        cursor: next,
        failures: 0,
        finishedAt: isOver ? now : null,
      },
      done && !job.dryRun ? doneMarks(step, job, now) : {},
    );
  } catch (error) {
    if (error instanceof PassOver) throw error;
    const failures = job.failures + 1;
    const isOver = failures >= FAILURES_MAX;
    const message = failureMessage(error);
    console.warn({ event: "store.job_failed", store: id, step, error: message });
    await saveJob(ctx, id, { ...job, failures, error: message, finishedAt: isOver ? ctx.clock() : null });
    if (!isOver) throw new PassOver(message);
  }
}

function doneMarks(step: Step, { startedAt }: StoreJob, now: number) {
  if (step === "check") return { checkedAt: now };
  return step === "sales" ? { importedAt: now, salesUntil: startedAt } : { importedAt: now };
}

/** Each reads the page at the job's cursor, counts in the job, and answers the next cursor; null = that was the last page. */
const PAGES: Record<Step, (ctx: StoreContext, link: StoreLink, job: StoreJob) => Promise<string | null>> = {
  catalogue: importCatalogue,
  sales: importSales,
  check: checkPrices,
};

const CHECKED_AT_ONCE = 500;

/** Compares the store's prices with what is known of them; what somebody else changed is shown to people. */
async function checkPrices(ctx: StoreContext, link: StoreLink, job: StoreJob): Promise<string | null> {
  const listings = await ctx.db
    .select()
    .from(storeListings)
    .where(and(eq(storeListings.storeId, link.store.id), gt(storeListings.sku, job.cursor ?? "")))
    .orderBy(asc(storeListings.sku))
    .limit(CHECKED_AT_ONCE);
  const seen = await seePrices(ctx, link, listings, new Map());
  const late = [...seen].flatMap(([sku, { verdict }]) => (verdict === "ours_late" ? [sku] : []));
  if (late.length > 0) await pushPrices(ctx, link.store, late, { isForced: false });
  const edited = [...seen.values()].filter(({ verdict }) => verdict === "edited").length;
  for (const [name, n] of Object.entries({ read: seen.size, edited, unread: listings.length - seen.size }))
    job.counts[name] = (job.counts[name] ?? 0) + n;
  return listings.length < CHECKED_AT_ONCE ? null : listings.at(-1)!.sku;
}
