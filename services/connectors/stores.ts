import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { storeListings, stores, storeWrites } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { STORE_CREDENTIALS, STORE_OPTIONS } from "../../domain/connectors/options.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import type { StoreKind, StoreMode } from "../../domain/messages/names.ts";
import { commitChained, commitOnce, inTurn, readHeads } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { VaultPort } from "../ports.ts";
import { type SealPurpose, seal } from "../secrets/seal.ts";

export type StoreRecord = typeof stores.$inferSelect;

type VaultContext = ServiceContext & { vault: Pick<VaultPort, "secret"> };

/** What the credentials of a store are sealed for. */
export function credentialsPurpose(storeId: string): SealPurpose {
  return `store-credentials ${storeId}`;
}

export const STORE_LIST = {
  source: sql`${stores}`,
  id: stores.id,
  sorts: { id: stores.id, name: stores.name, createdAt: stores.createdAt },
  sort: "id",
  search: [stores.id, stores.name],
  facets: { kind: stores.kind, mode: stores.mode },
} as const satisfies ListShape;

/** One page of stores. */
export function listStores(db: Database, query: ListQuery) {
  return readPage(db, STORE_LIST, query, [], ({ place, cut }) =>
    cut(
      db
        .select({ store: stores, ...place })
        .from(stores)
        .$dynamic(),
    ),
  );
}

/** @throws ProblemError `not_found` */
export async function readStore(db: Database, id: string): Promise<StoreRecord> {
  const [store] = await db.select().from(stores).where(eq(stores.id, id));
  if (!store) throw new ProblemError("not_found", `no store ${id}`);
  return store;
}

/** What people set of a store; times in minutes. */
export interface StoreInput {
  id: string;
  name: string;
  kind: StoreKind;
  mode: StoreMode;
  options: unknown;
  credentials: unknown;
  importMinutes: number | null;
  checkMinutes: number | null;
}

/** Fields of the options or the credentials that are wrong, named by their paths in the request. */
function checked(kind: StoreKind, part: "options" | "credentials", value: unknown): Record<string, unknown> {
  const schema = part === "options" ? STORE_OPTIONS[kind] : STORE_CREDENTIALS[kind];
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message, code }) => ({
    path: [part, ...path].map(String).join("."),
    code: code === "unrecognized_keys" ? "unknown_field" : "invalid",
    message,
  }));
  throw new ProblemError("invalid", `${errors[0]!.path}: ${errors[0]!.message}`, { errors });
}

/**
 * Makes a connection to a store. Prices that are in force already are not written: see the comparison of its prices.
 * @throws ProblemError `conflict` if the id is taken, `invalid`
 */
export async function createStore(ctx: VaultContext, input: StoreInput): Promise<StoreRecord> {
  const { credentials, ...rest } = input;
  const options = checked(input.kind, "options", input.options);
  const sealed = await sealCredentials(ctx, input.id, checked(input.kind, "credentials", credentials));
  const row = { ...rest, options, credentials: sealed, createdAt: ctx.now };
  await inTurn(ctx, ["head_moved"], async (inside) => {
    const [taken] = await inside.db.select({ id: stores.id }).from(stores).where(eq(stores.id, input.id));
    if (taken) throw new ProblemError("conflict", `store ${input.id} exists already`);
    const heads = await readHeads(inside);
    await commitOnce(inside, heads, {
      audit: [
        {
          action: "store.create",
          subject: `store:${input.id}`,
          detail: { before: null, after: auditedFields({ ...rest, options }) },
        },
      ],
      statements: () => bulkInsert(ctx.d1, stores, [{ ...row, ledgerSeq: heads.ledger.count }]),
    });
  });
  return readStore(ctx.db, input.id);
}

async function sealCredentials(
  ctx: VaultContext,
  id: string,
  credentials: Record<string, unknown>,
): Promise<string> {
  return seal(ctx.vault, credentialsPurpose(id), JSON.stringify(credentials));
}

function auditedFields({
  name,
  kind,
  mode,
  options,
  importMinutes,
  checkMinutes,
}: Pick<StoreRecord, "name" | "kind" | "mode" | "options" | "importMinutes" | "checkMinutes">) {
  return { name, kind, mode, options, importMinutes, checkMinutes };
}

/**
 * Changes a connection. Options are changed one by one; credentials are replaced whole, and the audit says only that they
 * were. A store that goes live begins with the prices of then: what was decided before is not written.
 *
 * @throws ProblemError `not_found`, `invalid`
 */
export async function changeStore(
  ctx: VaultContext,
  id: string,
  change: Partial<Omit<StoreInput, "id" | "kind">>,
): Promise<StoreRecord> {
  const { credentials, options: given, ...rest } = change;
  const { kind } = await readStore(ctx.db, id);
  const sealed =
    credentials === undefined
      ? undefined
      : await sealCredentials(ctx, id, checked(kind, "credentials", credentials));
  return inTurn(ctx, ["head_moved"], async (inside) => {
    const known = await readStore(inside.db, id);
    const options = checked(kind, "options", { ...known.options, ...(given as object | undefined) });
    const next = { ...known, ...rest, options };
    const heads = await readHeads(inside);
    const goesLive = known.mode !== "live" && next.mode === "live";
    const values = {
      ...auditedFields(next),
      ...(sealed === undefined ? {} : { credentials: sealed }),
      ...(goesLive ? { ledgerSeq: heads.ledger.count } : {}),
    };
    const detail = {
      ...changedFields(auditedFields(known), auditedFields(next)),
      ...(sealed === undefined ? {} : { credentials: "replaced" }),
    };
    await commitOnce(inside, heads, {
      audit: [{ action: "store.change", subject: `store:${id}`, detail }],
      statements: () => [
        prepare(ctx.d1, ctx.db.update(stores).set(values).where(eq(stores.id, id))),
        ...(goesLive ? [forgetOpenWrites(ctx, id)] : []),
      ],
    });
    return readStore(inside.db, id);
  });
}

/** What was under way when the store was live before is older than what was decided since. */
function forgetOpenWrites({ d1, db, now }: ServiceContext, id: string): D1PreparedStatement {
  const over = { state: "superseded", settledAt: now, reason: "the store was not live meanwhile" } as const;
  return prepare(d1, db.update(storeWrites).set(over).where(openWrites(id)));
}

function openWrites(id: string) {
  return and(eq(storeWrites.storeId, id), inArray(storeWrites.state, ["waiting", "sent"]));
}

/** Deletes a connection with all that is known of its listings and writes. @throws ProblemError `not_found` */
export async function deleteStore(ctx: ServiceContext, id: string): Promise<void> {
  const before = auditedFields(await readStore(ctx.db, id));
  const { d1, db } = ctx;
  await commitChained(ctx, {
    audit: [{ action: "store.delete", subject: `store:${id}`, detail: { before, after: null } }],
    statements: () => [
      prepare(d1, db.delete(stores).where(eq(stores.id, id))),
      prepare(d1, db.delete(storeListings).where(eq(storeListings.storeId, id))),
      prepare(d1, db.delete(storeWrites).where(eq(storeWrites.storeId, id))),
    ],
  });
}

/** Where a store stands. */
export interface StoreCounts {
  listings: number;
  edited: number;
  waiting: number;
  unconfirmed: number;
}

/** How many listings and prices of each store want a look. */
export async function countStores(db: Database, ids: readonly string[]): Promise<Map<string, StoreCounts>> {
  const counted = ids.map(async (id): Promise<[string, StoreCounts]> => {
    const ofStore = eq(storeListings.storeId, id);
    const unconfirmedOnes = and(eq(storeWrites.storeId, id), eq(storeWrites.state, "unconfirmed"));
    const [listings, edited, waiting, unconfirmed] = await Promise.all([
      db.$count(storeListings, ofStore),
      db.$count(storeListings, and(ofStore, isNotNull(storeListings.editedAt))),
      db.$count(storeWrites, openWrites(id)),
      db.$count(storeWrites, unconfirmedOnes),
    ]);
    return [id, { listings, edited, waiting, unconfirmed }];
  });
  return new Map(await Promise.all(counted));
}
