import { DAY_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/** Bodies that a source may post: `pricewright` is this product's own, for the others see domain/intake/adapters. */
export const SOURCE_FORMATS = ["pricewright", "changedetection", "apify", "jsonld"] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** Who posts, and its health. Times in ms. */
export interface Source {
  id: string;
  name: string;
  format: SourceFormat;
  /** requests a minute; null = the install's default */
  rateLimit: number | null;
  createdAt: number;
  lastBatchAt: number | null;
  lastAcceptedAt: number | null;
  rejectedShare: number;
  quarantinedShare: number;
  zeroShare: number;
  outOfStockShare: number;
  gapMs: number | null;
}

/** After a rotation the older secrets live on for this long. */
const ROTATION_MS = DAY_MS;
/** Bytes of a new secret; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

const SELECT = `SELECT id, name, format, rate_limit AS rateLimit, created_at AS createdAt,
  last_batch_at AS lastBatchAt, last_accepted_at AS lastAcceptedAt, rejected_share AS rejectedShare, quarantined_share AS quarantinedShare,
  zero_share AS zeroShare, out_of_stock_share AS outOfStockShare, gap_ms AS gapMs FROM sources`;

export async function findSource(d1: D1Database, id: string): Promise<Source | null> {
  return d1.prepare(`${SELECT} WHERE id = ?1`).bind(id).first<Source>();
}

/** Sources by id, after the one named. */
export async function listSources(d1: D1Database, limit: number, after: string | null): Promise<Source[]> {
  const { results } = await d1
    .prepare(`${SELECT} WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2`)
    .bind(after, limit)
    .all<Source>();
  return results;
}

/**
 * Makes a source and its first signing secret, which is shown this once.
 * @throws ProblemError `conflict` if the id is taken
 */
export async function createSource(
  ctx: ServiceContext,
  input: { id: string; name: string; format: SourceFormat; rateLimit: number | null },
): Promise<{ id: string; secret: string }> {
  if (await findSource(ctx.d1, input.id))
    throw new ProblemError("conflict", `there is a source ${input.id} already`);
  const secret = newSecret();
  await commitChained(ctx, {
    audit: [{ action: "source.create", subject: `source:${input.id}`, detail: input }],
    statements: () => [
      ctx.d1
        .prepare("INSERT INTO sources (id, name, format, rate_limit, created_at) VALUES (?1, ?2, ?3, ?4, ?5)")
        .bind(input.id, input.name, input.format, input.rateLimit, ctx.now),
      insertSecret(ctx, input.id, secret),
    ],
  });
  return { id: input.id, secret };
}

/** The source that an ingest body names for the first time: unsigned until it is given a secret. */
export async function ensureSource(d1: D1Database, id: string, now: number): Promise<void> {
  await d1
    .prepare(
      `INSERT INTO sources (id, name, format, rate_limit, created_at) VALUES (?1, ?1, 'pricewright', NULL, ?2)
       ON CONFLICT DO NOTHING`,
    )
    .bind(id, now)
    .run();
}

/** @throws ProblemError `not_found` */
export async function changeSource(
  ctx: ServiceContext,
  id: string,
  change: { name?: string; format?: SourceFormat; rateLimit?: number | null },
): Promise<Source> {
  const known = await existing(ctx, id);
  const next = { ...known, ...change };
  await commitChained(ctx, {
    audit: [{ action: "source.change", subject: `source:${id}`, detail: change }],
    statements: () => [
      ctx.d1
        .prepare("UPDATE sources SET name = ?2, format = ?3, rate_limit = ?4 WHERE id = ?1")
        .bind(id, next.name, next.format, next.rateLimit),
    ],
  });
  return next;
}

/** Takes the source and its secrets away; what it delivered stays. @throws ProblemError `not_found` */
export async function deleteSource(ctx: ServiceContext, id: string): Promise<void> {
  await existing(ctx, id);
  await commitChained(ctx, {
    audit: [{ action: "source.delete", subject: `source:${id}`, detail: {} }],
    statements: () => [
      ctx.d1.prepare("DELETE FROM source_secrets WHERE source_id = ?1").bind(id),
      ctx.d1.prepare("DELETE FROM sources WHERE id = ?1").bind(id),
    ],
  });
}

/**
 * A new signing secret, shown this once; those before it live another 24 h, so that the sender can change over.
 * @throws ProblemError `not_found`
 */
export async function rotateSecret(ctx: ServiceContext, id: string): Promise<{ id: string; secret: string }> {
  await existing(ctx, id);
  const secret = newSecret();
  await commitChained(ctx, {
    audit: [{ action: "source.rotate_secret", subject: `source:${id}`, detail: {} }],
    statements: () => [
      ctx.d1
        .prepare(
          "DELETE FROM source_secrets WHERE source_id = ?1 AND expires_at IS NOT NULL AND expires_at <= ?2",
        )
        .bind(id, ctx.now),
      ctx.d1
        .prepare("UPDATE source_secrets SET expires_at = ?2 WHERE source_id = ?1 AND expires_at IS NULL")
        .bind(id, ctx.now + ROTATION_MS),
      insertSecret(ctx, id, secret),
    ],
  });
  return { id, secret };
}

/** The secrets that a signature of the source may be made with now. */
export async function liveSecrets(d1: D1Database, id: string, now: number): Promise<string[]> {
  const { results } = await d1
    .prepare(
      "SELECT secret FROM source_secrets WHERE source_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
    )
    .bind(id, now)
    .all<{ secret: string }>();
  return results.map(({ secret }) => secret);
}

async function existing(ctx: ServiceContext, id: string): Promise<Source> {
  const source = await findSource(ctx.d1, id);
  if (!source) throw new ProblemError("not_found", `no source ${id}`);
  return source;
}

function insertSecret(ctx: ServiceContext, id: string, secret: string): D1PreparedStatement {
  return ctx.d1
    .prepare("INSERT INTO source_secrets (source_id, secret, created_at) VALUES (?1, ?2, ?3)")
    .bind(id, secret, ctx.now);
}

function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
