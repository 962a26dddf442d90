import { hashPassword, PASSWORD_LENGTH_MIN } from "../../domain/identity/password.ts";
import type { ServiceContext } from "../context.ts";
import { tokenHash } from "./token.ts";

/**
 * On a state without people and keys, makes the first of each. Does nothing on any other state, so that a leaked
 * start variable opens nothing later. Each insert carries its own condition: two first requests make one admin.
 */
export async function bootstrap(
  ctx: ServiceContext,
  first: { admin?: string; apiKey?: string },
): Promise<void> {
  const statements: D1PreparedStatement[] = [];
  if (first.admin) {
    const [email, password] = splitOnce(first.admin);
    if (password.length < PASSWORD_LENGTH_MIN)
      throw new Error(`the first person's password needs ${PASSWORD_LENGTH_MIN} characters`);
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

function splitOnce(pair: string): [string, string] {
  const at = pair.indexOf(":");
  if (at < 1) throw new Error("the first person is given as email:password");
  return [pair.slice(0, at), pair.slice(at + 1)];
}
