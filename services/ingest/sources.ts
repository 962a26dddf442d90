import { and, eq, gt, isNotNull, isNull, or, sql } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { sourceSecrets, sources } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import type { SourceFormat } from "../../domain/messages/names.ts";
import { commitChained, commitOnce, inTurn, readHeads } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { newSigningSecret } from "../secrets/signing-secret.ts";

/** Who posts, and its health. Times in ms. */
export type Source = typeof sources.$inferSelect;

/** After a rotation the older secrets stay valid for this long. */
const ROTATION_MS = DAY_MS;

export async function findSource(db: Database, id: string): Promise<Source | null> {
  const [source] = await db.select().from(sources).where(eq(sources.id, id));
  return source ?? null;
}

export const SOURCE_LIST = {
  source: sql`${sources}`,
  id: sources.id,
  sorts: { id: sources.id, name: sources.name, lastBatchAt: sql`coalesce(${sources.lastBatchAt}, 0)` },
  sort: "id",
  search: [sources.id, sources.name],
  facets: { format: sources.format },
} as const satisfies ListShape;

/** One page of sources. */
export async function listSources(db: Database, query: ListQuery) {
  return readPage(db, SOURCE_LIST, query, [], ({ place, cut }) =>
    cut(
      db
        .select({ one: sources, ...place })
        .from(sources)
        .$dynamic(),
    ),
  );
}

/**
 * Makes a source and its first signing secret, which is shown this once.
 * @throws ProblemError `conflict` if the id is taken
 */
export async function createSource(
  ctx: ServiceContext,
  input: { id: string; name: string; format: SourceFormat; rateLimit: number | null; allowToken: boolean },
): Promise<{ id: string; secret: string }> {
  if (await findSource(ctx.db, input.id))
    throw new ProblemError("conflict", `source ${input.id} exists already`);
  const secret = newSigningSecret();
  await commitChained(ctx, {
    audit: [
      {
        action: "source.create",
        subject: `source:${input.id}`,
        detail: { before: null, after: auditedFields(input) },
      },
    ],
    statements: () => [
      ...bulkInsert(ctx.d1, sources, [{ ...input, createdAt: ctx.now }]),
      ...insertSecret(ctx, input.id, secret),
    ],
  });
  return { id: input.id, secret };
}

/** The source that an ingest body names for the first time: unsigned until it is given a secret. */
export async function ensureSource(db: Database, id: string, now: number): Promise<void> {
  await db
    .insert(sources)
    .values({ id, name: id, format: "pricewright", createdAt: now })
    .onConflictDoNothing();
}

/** @throws ProblemError `not_found` */
export async function changeSource(
  ctx: ServiceContext,
  id: string,
  change: { name?: string; format?: SourceFormat; rateLimit?: number | null; allowToken?: boolean },
): Promise<Source> {
  // read inside the turn: what the audit calls before is what was there
  return inTurn(ctx, ["head_moved"], async (inside) => {
    const known = await existing(inside, id);
    const next = { ...known, ...change };
    const after = auditedFields(next);
    const detail = changedFields(auditedFields(known), after);
    await commitOnce(inside, await readHeads(inside), {
      audit: [{ action: "source.change", subject: `source:${id}`, detail }],
      statements: () => [prepare(ctx.d1, ctx.db.update(sources).set(after).where(eq(sources.id, id)))],
    });
    return next;
  });
}

/** What people set of a source; the rest of its row is what its batches were like. */
function auditedFields({
  name,
  format,
  rateLimit,
  allowToken,
}: Pick<Source, "name" | "format" | "rateLimit" | "allowToken">) {
  return { name, format, rateLimit, allowToken };
}

/** Deletes a source and its secrets; what it delivered stays. @throws ProblemError `not_found` */
export async function deleteSource(ctx: ServiceContext, id: string): Promise<void> {
  await inTurn(ctx, ["head_moved"], async (inside) => {
    const before = auditedFields(await existing(inside, id));
    await commitOnce(inside, await readHeads(inside), {
      audit: [{ action: "source.delete", subject: `source:${id}`, detail: { before, after: null } }],
      statements: () => [
        prepare(ctx.d1, ctx.db.delete(sourceSecrets).where(eq(sourceSecrets.sourceId, id))),
        prepare(ctx.d1, ctx.db.delete(sources).where(eq(sources.id, id))),
      ],
    });
  });
}

/**
 * Makes a new signing secret, shown this once. The one before it is valid for another 24 h, so that the sender can change
 * over; with `revokeOld` it ends at once, because somebody else knows it.
 * @throws ProblemError `not_found`
 */
export async function rotateSecret(
  ctx: ServiceContext,
  id: string,
  { revokeOld }: { revokeOld: boolean },
): Promise<{ id: string; secret: string }> {
  await existing(ctx, id);
  const secret = newSigningSecret();
  const { sourceId, expiresAt } = sourceSecrets;
  const { d1, db, now } = ctx;
  const isCurrent = and(eq(sourceId, id), isNull(expiresAt));
  await commitChained(ctx, {
    audit: [{ action: "source.rotate_secret", subject: `source:${id}`, detail: { revokeOld } }],
    statements: () => [
      // only the newest of the old ones stays: each live secret is one more hash of every body
      prepare(
        d1,
        db
          .delete(sourceSecrets)
          .where(revokeOld ? eq(sourceId, id) : and(eq(sourceId, id), isNotNull(expiresAt))),
      ),
      prepare(
        d1,
        db
          .update(sourceSecrets)
          .set({ expiresAt: now + ROTATION_MS })
          .where(isCurrent),
      ),
      ...insertSecret(ctx, id, secret),
    ],
  });
  return { id, secret };
}

/** The secrets that a signature of the source may be made with now. */
export async function liveSecrets(db: Database, id: string, now: number): Promise<string[]> {
  const { sourceId, secret, expiresAt } = sourceSecrets;
  const rows = await db
    .select({ secret })
    .from(sourceSecrets)
    .where(and(eq(sourceId, id), or(isNull(expiresAt), gt(expiresAt, now))));
  return rows.map((row) => row.secret);
}

async function existing({ db }: ServiceContext, id: string): Promise<Source> {
  const source = await findSource(db, id);
  if (!source) throw new ProblemError("not_found", `no source ${id}`);
  return source;
}

function insertSecret({ d1, now }: ServiceContext, sourceId: string, secret: string): D1PreparedStatement[] {
  return bulkInsert(d1, sourceSecrets, [{ sourceId, secret, createdAt: now }]);
}
