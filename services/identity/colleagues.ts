import { and, count, eq, inArray, ne } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { users } from "../../db/schema.ts";
import { type Actor, ROLE_SCOPES, type Role } from "../../domain/identity/rights.ts";

const MAY_APPROVE = (Object.keys(ROLE_SCOPES) as Role[]).filter((role) =>
  (ROLE_SCOPES[role] as readonly string[]).includes("approve"),
);

/** The query for how many people besides the caller may approve, as `n`. */
export function colleagues(db: Database, actor: Actor) {
  const caller = actor.kind === "user" ? actor.id : "";
  return db
    .select({ n: count() })
    .from(users)
    .where(and(eq(users.active, true), inArray(users.role, MAY_APPROVE), ne(users.id, caller)));
}
