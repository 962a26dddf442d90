import { and, eq, gt, isNull, like, or } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { sourceSecrets } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import type { VaultPort } from "../ports.ts";
import { openSealed, seal } from "../secrets/seal.ts";
import { newSigningSecret, SECRET_PREFIX } from "../secrets/signing-secret.ts";

type Sealing = { vault: Pick<VaultPort, "secret"> };

function sealSecret(vault: Sealing["vault"], id: string, secret: string): Promise<string> {
  return seal(vault, `source-secret ${id}`, secret);
}

/** A new secret of a source, and the statements that keep it, sealed. */
export async function newSourceSecret(
  { d1, now, vault }: Pick<ServiceContext, "d1" | "now"> & Sealing,
  sourceId: string,
): Promise<{ secret: string; statements: D1PreparedStatement[] }> {
  const secret = newSigningSecret();
  const row = { sourceId, secret: await sealSecret(vault, sourceId, secret), createdAt: now };
  return { secret, statements: bulkInsert(d1, sourceSecrets, [row]) };
}

/**
 * The secrets that a signature of the source may be made with now. `isSigned`: it has some, even if none can be opened
 * because the install's secret has changed.
 */
export async function liveSecrets(
  { db, vault }: { db: Database } & Sealing,
  id: string,
  now: number,
): Promise<{ secrets: string[]; isSigned: boolean }> {
  const { sourceId, secret, expiresAt } = sourceSecrets;
  const rows = await db
    .select({ secret })
    .from(sourceSecrets)
    .where(and(eq(sourceId, id), or(isNull(expiresAt), gt(expiresAt, now))));
  const opened = await Promise.all(rows.map((row) => openSecret(vault, id, row.secret)));
  return { secrets: opened.filter((one) => one !== null), isSigned: rows.length > 0 };
}

async function openSecret(vault: Sealing["vault"], id: string, kept: string): Promise<string | null> {
  if (kept.startsWith(SECRET_PREFIX)) return kept;
  try {
    return await openSealed(vault, `source-secret ${id}`, kept);
  } catch (error) {
    console.error({ event: "source.secret_unreadable", source: id, error: String(error) });
    return null;
  }
}

const PLAIN_MAX = 200;

/** Seals the secrets that an earlier version kept as they are. Answers how many there were. */
export async function sealPlainSecrets({ db, vault }: Pick<ServiceContext, "db"> & Sealing): Promise<number> {
  const { sourceId, secret } = sourceSecrets;
  const plain = await db
    .select({ sourceId, secret })
    .from(sourceSecrets)
    .where(like(secret, `${SECRET_PREFIX}%`))
    .limit(PLAIN_MAX);
  for (const one of plain) {
    const sealed = await sealSecret(vault, one.sourceId, one.secret);
    const isIt = and(eq(sourceId, one.sourceId), eq(secret, one.secret));
    await db.update(sourceSecrets).set({ secret: sealed }).where(isIt);
  }
  return plain.length;
}
