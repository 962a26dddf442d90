import { and, eq, ne, sql } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { signInLinks, users } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { NO_PASSWORD } from "../../domain/identity/password.ts";
import type { Role } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { GatePort } from "../ports.ts";
import type { User } from "./check-password.ts";
import { hashOfChosen } from "./choose-password.ts";
import { makeLink, type NewLink } from "./links.ts";
import { plainAddress } from "./place.ts";
import { dropSessions } from "./sessions.ts";

/** A person by id. @throws ProblemError `not_found` */
export async function findUser({ db }: Pick<ServiceContext, "db">, id: string): Promise<User> {
  const [user] = await db.select().from(users).where(eq(users.id, id));
  return orNotFound(user, "no such person");
}

/** What the list of people can be sorted, searched and counted by. */
export const USER_LIST: ListShape = {
  source: sql`${users}`,
  id: users.id,
  sorts: { email: users.email, name: users.name, createdAt: users.createdAt },
  sort: "email",
  search: [users.email, users.name],
  facets: { role: users.role },
};

/** A page of people. */
export function listUsers({ db }: ServiceContext, query: ListQuery, { role }: { role?: Role | undefined }) {
  return readPage(db, USER_LIST, query, [is(users.role, role)], ({ place, cut }) =>
    cut(
      db
        .select({ user: users, ...place })
        .from(users)
        .$dynamic(),
    ),
  );
}

/** The people who can sign in, by address: whom work can be given to. */
export function listPeople({ db }: ServiceContext): Promise<User[]> {
  return db.select().from(users).where(eq(users.active, true)).orderBy(users.email);
}

/** What an administrator says of a new person; with a password they may sign in at once, else they are invited. */
export interface NewUser {
  email: string;
  name?: string | undefined;
  role: Role;
  password?: string | undefined;
}

/**
 * Adds a person: with an invitation, a one-time link with which they choose their password.
 * @throws ProblemError `conflict` if the address is taken: it names one person for ever
 */
export async function createUser(
  ctx: ServiceContext,
  gate: GatePort,
  input: NewUser,
): Promise<{ user: User; link: NewLink | null }> {
  const email = plainAddress(input.email);
  const name = input.name ?? email.split("@")[0]!;
  const isTaken = eq(users.email, email);
  if ((await ctx.db.$count(users, isTaken)) > 0) throw taken(email);
  const passwordHash =
    input.password === undefined ? NO_PASSWORD : await hashOfChosen(gate, input.password, [email, name]);
  const user: User = {
    ...{
      id: ctx.newId("usr"),
      email,
      name,
      role: input.role,
      passwordHash,
      active: true,
      createdAt: ctx.now,
    },
    ...{ lastSignInAt: null, totpSecret: null, totpPending: null, totpStep: 0 },
  };
  const made = input.password === undefined ? makeLink(ctx, user.id, "invitation") : null;
  const detail = { email, role: input.role, invited: made !== null };
  try {
    await commitChained(ctx, {
      audit: [{ action: "user.create", subject: user.id, detail }],
      statements: () => [
        guardCount(ctx.d1, ctx.db.$count(users, isTaken), 0),
        ...bulkInsert(ctx.d1, users, [user]),
        ...(made?.statements ?? []),
      ],
    });
  } catch (error) {
    if (error instanceof BatchConflict) throw taken(email);
    throw error;
  }
  return { user, link: made?.link ?? null };
}

/** What may be changed of a person. */
export interface UserChange {
  name?: string | undefined;
  role?: Role | undefined;
  active?: boolean | undefined;
}

/**
 * Changes a person's name or role, deactivates them or takes them back. Whoever is deactivated has no session any more.
 * @throws ProblemError `conflict` if no administrator would be left
 */
export async function changeUser(ctx: ServiceContext, id: string, change: UserChange): Promise<User> {
  const user = await findUser(ctx, id);
  const next = {
    name: change.name ?? user.name,
    role: change.role ?? user.role,
    active: change.active ?? user.active,
  };
  const before = { name: user.name, role: user.role, active: user.active };
  const losesAdmin = user.role === "admin" && user.active && !(next.role === "admin" && next.active);
  try {
    await commitChained(ctx, {
      audit: [{ action: "user.change", subject: id, detail: { before, after: next } }],
      statements: () => [
        ...(losesAdmin ? [guardCount(ctx.d1, otherAdmins(ctx, id), 1)] : []),
        prepare(ctx.d1, ctx.db.update(users).set(next).where(eq(users.id, id))),
        ...(next.active ? [] : [dropSessions(ctx, id), dropLinks(ctx, id)]),
      ],
    });
  } catch (error) {
    if (error instanceof BatchConflict)
      throw new ProblemError("conflict", "at least one administrator who can sign in has to stay");
    throw error;
  }
  return { ...user, ...next };
}

/** 1 if there is another administrator who can sign in, else 0. */
function otherAdmins({ db }: ServiceContext, id: string) {
  const others = and(
    ...[eq(users.role, "admin"), eq(users.active, true)],
    ...[ne(users.passwordHash, NO_PASSWORD), ne(users.id, id)],
  );
  return sql`min(1, (${db.$count(users, others)}))`;
}

function dropLinks({ d1, db }: ServiceContext, id: string): D1PreparedStatement {
  return prepare(d1, db.delete(signInLinks).where(eq(signInLinks.userId, id)));
}

function taken(email: string): ProblemError {
  return new ProblemError("conflict", `${email} is a person of this install already`);
}
