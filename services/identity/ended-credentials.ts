import { and, eq, gt, isNull, or } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { apiKeys, sessions, users } from "../../db/schema.ts";
import type { Credential } from "../../domain/identity/rights.ts";
import type { ServiceContext } from "../context.ts";

/**
 * Those of the credentials that no longer open anything: run out, signed out, revoked, or of a person who was deactivated.
 * One read for any number of them.
 */
export async function endedCredentials(
  { db, now }: Pick<ServiceContext, "db" | "now">,
  credentials: readonly Credential[],
): Promise<Credential[]> {
  const ids = (kind: Credential["kind"]) =>
    credentials.filter((each) => each.kind === kind).map(({ id }) => id);
  const [openSessions, validKeys, activePeople] = await db.batch([
    db
      .select({ id: sessions.id })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(and(isAmong(sessions.id, ids("session")), eq(users.active, true))),
    db
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(
        and(
          isAmong(apiKeys.id, ids("key")),
          isNull(apiKeys.revokedAt),
          or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
        ),
      ),
    db
      .select({ id: users.id })
      .from(users)
      .where(and(isAmong(users.id, ids("person")), eq(users.active, true))),
  ]);
  const valid = {
    session: new Set(openSessions.map(({ id }) => id)),
    key: new Set(validKeys.map(({ id }) => id)),
    person: new Set(activePeople.map(({ id }) => id)),
    token: null,
  };
  return credentials.filter(
    ({ kind, id, expiresAt }) =>
      (expiresAt !== null && expiresAt <= now) || (valid[kind] !== null && !valid[kind].has(id)),
  );
}
