import { eq } from "drizzle-orm";
import { sessions } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import { tokenHash } from "./token.ts";

/** Ends the session of a token; an unknown token is no error. */
export async function signOut(ctx: Pick<ServiceContext, "db">, token: string): Promise<void> {
  await ctx.db.delete(sessions).where(eq(sessions.id, tokenHash(token)));
}
