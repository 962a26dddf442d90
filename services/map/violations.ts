import { and, desc, eq, getTableColumns, sql } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { competitors, mapNotices, mapViolations, products } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { formatMoney } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { MapStatus, NOTICE_CHANNELS } from "../../domain/messages/names.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { resolveSignals } from "../signals/resolve-signals.ts";

export type NoticeRecord = typeof mapNotices.$inferSelect;

const NOTICED = sql<number>`(SELECT count(*) FROM ${mapNotices} WHERE ${mapNotices.violationId} = ${mapViolations.id})`;

export const VIOLATION_LIST = {
  source: sql`${mapViolations}`,
  id: mapViolations.id,
  sorts: {
    lastSeenAt: mapViolations.lastSeenAt,
    firstSeenAt: mapViolations.firstSeenAt,
    sku: mapViolations.sku,
    competitor: mapViolations.competitor,
    price: mapViolations.price,
    gap: sql`1.0 - 1.0 * ${mapViolations.price} / ${mapViolations.mapPrice}`,
  },
  sort: "-lastSeenAt",
  search: [mapViolations.sku, mapViolations.competitor, mapViolations.seller],
  facets: { status: mapViolations.status, competitor: mapViolations.competitor },
} as const satisfies ListShape;

interface ViolationFilter {
  status?: MapStatus | undefined;
  sku?: string | undefined;
  competitor?: string | undefined;
}

const COLUMNS = {
  violation: getTableColumns(mapViolations),
  title: products.title,
  authorised: competitors.authorised,
  notices: NOTICED.as("notices"),
};

function selectViolations(db: Database) {
  return db
    .select(COLUMNS)
    .from(mapViolations)
    .leftJoin(products, eq(products.sku, mapViolations.sku))
    .leftJoin(competitors, eq(competitors.id, mapViolations.competitor));
}

/** One page of violations. */
export function listViolations(db: Database, query: ListQuery, { status, sku, competitor }: ViolationFilter) {
  const filters = [
    is(mapViolations.status, status),
    is(mapViolations.sku, sku),
    is(mapViolations.competitor, competitor),
  ];
  return readPage(db, VIOLATION_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ ...COLUMNS, ...place })
        .from(mapViolations)
        .leftJoin(products, eq(products.sku, mapViolations.sku))
        .leftJoin(competitors, eq(competitors.id, mapViolations.competitor))
        .$dynamic(),
    ),
  );
}

/** A violation with its product, its dealer, and what the dealer was told. @throws ProblemError `not_found` */
export async function readViolation(db: Database, id: string) {
  const [found] = await selectViolations(db).where(eq(mapViolations.id, id));
  if (!found) throw new ProblemError("not_found", "no such violation");
  const notices = await db
    .select()
    .from(mapNotices)
    .where(eq(mapNotices.violationId, id))
    .orderBy(desc(mapNotices.at));
  return { ...found, log: notices };
}

export type Violation = Awaited<ReturnType<typeof listViolations>>["rows"][number];

/** What can be sent to a dealer: the facts and where they were seen, in words. */
export function noticeText({ violation, title }: Pick<Violation, "violation" | "title">): string {
  const { sku, currency, mapPrice, price, lastSeenAt, firstSeenAt, url, seller, competitor } = violation;
  const where = url === null ? `at ${competitor}` : `at ${url}`;
  const who = seller === "" ? "" : ` (seller ${seller})`;
  return [
    `The agreed minimum advertised price of ${title ?? sku} (${sku}) is ${formatMoney(mapPrice, currency)}.`,
    `On ${iso(lastSeenAt)} it was offered for ${formatMoney(price, currency)} ${where}${who}; first seen on ${iso(firstSeenAt)}.`,
    "Please correct the price.",
  ].join(" ");
}

/** Takes a violation off the list of open ones: it was agreed, or is none. @throws ProblemError `not_found`, `illegal_transition` */
export async function dismissViolation(ctx: ServiceContext, id: string, note: string): Promise<void> {
  const { violation } = await readViolation(ctx.db, id);
  if (violation.status !== "open")
    throw new ProblemError("illegal_transition", `the violation is ${violation.status}`);
  const isOpen = and(eq(mapViolations.id, id), eq(mapViolations.status, "open"));
  const decided = { status: "dismissed", note, decidedBy: actorLabel(ctx.actor) } as const;
  const { sku, competitor } = violation;
  await commitChained(ctx, {
    audit: [{ action: "map.dismiss", subject: id, detail: { sku, competitor, note } }],
    statements: () => [
      guardCount(ctx.d1, ctx.db.$count(mapViolations, isOpen), 1),
      prepare(ctx.d1, ctx.db.update(mapViolations).set(decided).where(isOpen)),
      resolveSignals(ctx, [`sig_${id}`], ctx.now),
    ],
  });
}

interface NoticeInput {
  channel: (typeof NOTICE_CHANNELS)[number];
  recipient: string | null;
  /** default: the facts in words */
  text: string | null;
}

/** Writes down what a dealer was told. @throws ProblemError `not_found` */
export async function logNotice(ctx: ServiceContext, id: string, input: NoticeInput): Promise<NoticeRecord> {
  const found = await readViolation(ctx.db, id);
  const { sku, competitor } = found.violation;
  const { channel, recipient } = input;
  const notice = {
    ...{ id: ctx.newId("ntc"), violationId: id, at: ctx.now, by: actorLabel(ctx.actor) },
    ...{ channel, recipient, text: input.text ?? noticeText(found) },
  };
  await commitChained(ctx, {
    audit: [{ action: "map.notice", subject: id, detail: { sku, competitor, channel, recipient } }],
    statements: () => bulkInsert(ctx.d1, mapNotices, [notice]),
  });
  return notice;
}

export const NOTICE_LIST = {
  source: sql`${mapNotices}`,
  id: mapNotices.id,
  sorts: { at: mapNotices.at },
  sort: "-at",
  search: [mapNotices.recipient, mapNotices.by, mapNotices.text],
  facets: { channel: mapNotices.channel },
} as const satisfies ListShape;

/** One page of the log of notices. */
export function listNotices(db: Database, query: ListQuery) {
  return readPage(db, NOTICE_LIST, query, [], ({ place, cut }) =>
    cut(
      db
        .select({ notice: mapNotices, ...place })
        .from(mapNotices)
        .$dynamic(),
    ),
  );
}

/** Says whether a competitor is an authorised dealer of ours; null: nobody knows. @throws ProblemError `not_found` */
export async function setAuthorised(
  ctx: ServiceContext,
  id: string,
  authorised: boolean | null,
): Promise<void> {
  const [known] = await ctx.db.select().from(competitors).where(eq(competitors.id, id));
  if (!known) throw new ProblemError("not_found", "no such competitor");
  if (known.authorised === authorised) return;
  await commitChained(ctx, {
    audit: [
      {
        action: "competitor.authorise",
        subject: `competitor:${id}`,
        detail: { before: known.authorised, after: authorised },
      },
    ],
    statements: () => [
      prepare(ctx.d1, ctx.db.update(competitors).set({ authorised }).where(eq(competitors.id, id))),
    ],
  });
}
