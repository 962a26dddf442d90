import { hashPassword, PASSWORD_LENGTH_MIN } from "../../domain/identity/password.ts";
import type { ServiceContext } from "../context.ts";
import { tokenHash } from "./token.ts";

/**
 * On a state without people and keys, makes the first of each. Does nothing on any other state, so that a leaked
 * start variable opens nothing later. Each insert carries its own condition: two first requests make one admin.
 * A first person who cannot be made is logged, and the rest is served: a slip in a variable must not stop a shop.
 */
export async function bootstrap(
  ctx: ServiceContext,
  first: { admin?: string; apiKey?: string },
): Promise<void> {
  const statements: D1PreparedStatement[] = [];
  const person = first.admin === undefined ? null : readPerson(first.admin);
  if (person !== null) {
    const { email, password } = person;
    const hash = hashPassword(password, crypto.getRandomValues(new Uint8Array(16)));
    statements.push(
      ctx.d1
        .prepare(
          `INSERT INTO users (id, email, name, role, password_hash, active, created_at)
           SELECT ?1, ?2, ?3, 'admin', ?4, 1, ?5 WHERE NOT EXISTS (SELECT 1 FROM users)`,
        )
        .bind(ctx.newId("usr"), email.toLowerCase(), email.split("@")[0], hash, ctx.now),
    );
  }
  if (first.apiKey)
    statements.push(
      ctx.d1
        .prepare(
          `INSERT INTO api_keys (hash, id, name, scopes, created_at, created_by)
           SELECT ?1, ?2, 'bootstrap', '["admin"]', ?3, 'system:bootstrap' WHERE NOT EXISTS (SELECT 1 FROM api_keys)`,
        )
        .bind(tokenHash(first.apiKey), ctx.newId("key"), ctx.now),
    );
  if (statements.length > 0) await ctx.d1.batch(statements);
}

/** `email:password`; null, and a line in the log, if it is not that. */
function readPerson(pair: string): { email: string; password: string } | null {
  const at = pair.indexOf(":");
  const password = pair.slice(at + 1);
  if (at >= 1 && password.length >= PASSWORD_LENGTH_MIN) return { email: pair.slice(0, at), password };
  const reason =
    at < 1
      ? "BOOTSTRAP_ADMIN is not email:password"
      : `the first person's password needs ${PASSWORD_LENGTH_MIN} characters`;
  console.error({ event: "bootstrap.no_person", reason });
  return null;
}
