import type { z } from "@hono/zod-openapi";
import { iso } from "../../domain/contract/answers.ts";
import type { Key, Session, SignInLink, User } from "../../domain/contract/people.ts";
import { NO_PASSWORD } from "../../domain/identity/password.ts";
import type { User as UserRow } from "../../services/identity/check-password.ts";
import type { listKeys } from "../../services/identity/keys.ts";
import type { NewLink } from "../../services/identity/links.ts";
import type { listSessions } from "../../services/identity/sessions.ts";
import { given } from "./given.ts";

/** What a list has rows of. */
type Row<List extends (...parameters: never[]) => Promise<unknown>> =
  Awaited<ReturnType<List>> extends readonly (infer One)[]
    ? One
    : Awaited<ReturnType<List>> extends { rows: { key: infer One }[] }
      ? One
      : never;

const instant = (ms: number | null) => (ms === null ? null : iso(ms));

export function presentUser(user: UserRow): User {
  const { id, email, name, role, active, passwordHash, totpSecret, createdAt, lastSignInAt } = user;
  const present = passwordHash === NO_PASSWORD ? ("invited" as const) : ("active" as const);
  return {
    ...{ id, email, name, role, status: active ? present : "deactivated" },
    ...{ secondFactor: totpSecret !== null, createdAt: iso(createdAt) },
    ...given({ lastSignInAt: instant(lastSignInAt) }),
  };
}

/** The token goes behind the #: browsers send that part to nobody, and no log keeps it. */
export function presentLink({ kind, token, expiresAt }: NewLink, requestUrl: string): SignInLink {
  const url = new URL("/join", requestUrl);
  url.hash = token;
  return { kind, token, url: url.href, expiresAt: iso(expiresAt) };
}

export function presentSession(session: Row<typeof listSessions>, current: string | undefined): Session {
  const { id, agent, network, createdAt, lastSeenAt, expiresAt } = session;
  return {
    ...{ id, current: id === current, agent, network },
    ...{ createdAt: iso(createdAt), lastSeenAt: iso(lastSeenAt), expiresAt: iso(expiresAt) },
  };
}

export function presentKey(row: Row<typeof listKeys>): z.infer<typeof Key> {
  const { id, name, scopes, sources, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  return {
    ...{ id, name, scopes, createdBy, createdAt: iso(createdAt) },
    ...given({
      sources,
      expiresAt: instant(expiresAt),
      lastUsedAt: instant(lastUsedAt),
      revokedAt: instant(revokedAt),
    }),
  };
}
