import { notExists } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { apiKeys, users } from "../../db/schema.ts";
import { hashPassword, PASSWORD_LENGTH_MIN } from "../../domain/identity/password.ts";
import type { ServiceContext } from "../context.ts";
import { tokenHash } from "./token.ts";

/**
 * Makes the first person and the first key where there are none. Where there are, it does nothing, so that a leaked start
 * variable opens nothing later. Each insert carries its own condition: two first requests make one admin.
 * If the first person cannot be made, that is logged and everything else works: a typo must not stop a shop.
 */
export async function bootstrap(
  ctx: ServiceContext,
  first: { admin?: string; apiKey?: string },
): Promise<void> {
  const login = first.admin === undefined ? null : readLogin(first.admin);
  const isWanted = login !== null && (await ctx.db.$count(users)) === 0;
  const statements = [
    ...bulkUpsert(ctx.d1, users, isWanted ? [await personOf(ctx, login)] : [], {
      update: [],
      only: () => notExists(ctx.db.select().from(users)),
    }),
    ...bulkUpsert(ctx.d1, apiKeys, first.apiKey ? [keyOf(ctx, first.apiKey)] : [], {
      update: [],
      only: () => notExists(ctx.db.select().from(apiKeys)),
    }),
  ];
  if (statements.length > 0) await ctx.d1.batch(statements);
}

async function personOf(ctx: ServiceContext, { email, password }: Login): Promise<typeof users.$inferInsert> {
  return {
    id: ctx.newId("usr"),
    email: email.toLowerCase(),
    name: email.split("@")[0]!,
    role: "admin",
    passwordHash: await hashPassword(password, crypto.getRandomValues(new Uint8Array(16))),
    active: true,
    createdAt: ctx.now,
  };
}

function keyOf(ctx: ServiceContext, key: string): typeof apiKeys.$inferInsert {
  const id = ctx.newId("key");
  const made = { createdAt: ctx.now, createdBy: "system:bootstrap" };
  return { hash: tokenHash(key), id, name: "bootstrap", scopes: ["admin"], ...made };
}

interface Login {
  email: string;
  password: string;
}

/** `email:password`; null, and a line in the log, if it is not that. */
function readLogin(pair: string): Login | null {
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
