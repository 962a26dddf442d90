import { and, asc, eq, gt, isNotNull, isNull, or } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { endpointSecrets } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { commitChained } from "../chains/commit-chained.ts";
import { openSealed, seal } from "../secrets/seal.ts";
import { newSigningSecret } from "../secrets/signing-secret.ts";
import type { SendContext } from "./context.ts";
import { existingEndpoint } from "./read-endpoints.ts";

/** After a rotation messages are signed with the older secret too for this long. */
const OVERLAP_MS = DAY_MS;
const PURPOSE = "webhook-secret";

type SealContext = Pick<SendContext, "d1" | "db" | "now" | "vault" | "newId">;

/** A new secret of an endpoint, and the statements that keep it. */
export async function makeSecret(
  { d1, now, vault, newId }: SealContext,
  endpointId: string,
): Promise<{ secret: string; statements: D1PreparedStatement[] }> {
  const secret = newSigningSecret();
  const sealed = await seal(vault, PURPOSE, secret);
  const row = { endpointId, id: newId("sec"), sealed, createdAt: now };
  return { secret, statements: bulkInsert(d1, endpointSecrets, [row]) };
}

/**
 * Makes a new secret, shown this once. For a day messages are signed with the one before it too, so that the receiver
 * can change over; with `revokeOld` it ends at once.
 *
 * @throws ProblemError `not_found`
 */
export async function rotateEndpointSecret(
  ctx: SendContext,
  id: string,
  { revokeOld }: { revokeOld: boolean },
): Promise<{ id: string; secret: string }> {
  await existingEndpoint(ctx, id);
  const { secret, statements } = await makeSecret(ctx, id);
  const { endpointId, expiresAt } = endpointSecrets;
  const { d1, db, now } = ctx;
  const isOver = revokeOld ? eq(endpointId, id) : and(eq(endpointId, id), isNotNull(expiresAt));
  const ending = db
    .update(endpointSecrets)
    .set({ expiresAt: now + OVERLAP_MS })
    .where(and(eq(endpointId, id), isNull(expiresAt)));
  await commitChained(ctx, {
    audit: [{ action: "endpoint.rotate_secret", subject: `endpoint:${id}`, detail: { revokeOld } }],
    statements: () => [
      prepare(d1, db.delete(endpointSecrets).where(isOver)),
      prepare(d1, ending),
      ...statements,
    ],
  });
  return { id, secret };
}

/** The secrets to sign with now, the oldest first. */
export async function liveEndpointSecrets(
  { db, vault, clock }: Pick<SendContext, "db" | "vault" | "clock">,
  id: string,
): Promise<string[]> {
  const { endpointId, sealed, createdAt, expiresAt } = endpointSecrets;
  const rows = await db
    .select({ sealed })
    .from(endpointSecrets)
    .where(and(eq(endpointId, id), or(isNull(expiresAt), gt(expiresAt, clock()))))
    .orderBy(asc(createdAt), asc(endpointSecrets.id));
  return Promise.all(rows.map((row) => openSealed(vault, PURPOSE, row.sealed)));
}
