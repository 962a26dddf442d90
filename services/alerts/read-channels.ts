import { eq, inArray, min, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { alertChannels, alertDigests, alertMessages, keptMails } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";

export type ChannelRecord = typeof alertChannels.$inferSelect;

export const CHANNEL_LIST = {
  source: sql`${alertChannels}`,
  id: alertChannels.id,
  sorts: { name: alertChannels.name, createdAt: alertChannels.createdAt },
  sort: "name",
  search: [alertChannels.name, alertChannels.hint],
  facets: { kind: alertChannels.kind, status: alertChannels.status },
} as const satisfies ListShape;

/** One page of channels, with the number of alerts that wait for each one by one. */
export async function listChannels(db: Database, query: ListQuery) {
  const waiting = db.$count(alertMessages, eq(alertMessages.channelId, alertChannels.id));
  const heldUntil = db
    .select({ at: min(alertDigests.dueAt) })
    .from(alertDigests)
    .where(eq(alertDigests.channelId, alertChannels.id));
  return readPage(db, CHANNEL_LIST, query, [], ({ place, cut }) =>
    cut(
      db
        .select({ channel: alertChannels, waiting, heldUntil: sql<number | null>`(${heldUntil})`, ...place })
        .from(alertChannels)
        .$dynamic(),
    ),
  );
}

export async function findChannel(db: Database, id: string): Promise<ChannelRecord | null> {
  const [found] = await db.select().from(alertChannels).where(eq(alertChannels.id, id));
  return found ?? null;
}

/** @throws ProblemError `not_found` */
export async function existingChannel({ db }: { db: Database }, id: string): Promise<ChannelRecord> {
  const found = await findChannel(db, id);
  if (!found) throw new ProblemError("not_found", "no such channel");
  return found;
}

/** @throws ProblemError `invalid` with each channel that there is not */
export async function assertChannels(db: Database, ids: readonly string[]): Promise<void> {
  const found = await db
    .select({ id: alertChannels.id })
    .from(alertChannels)
    .where(inArray(alertChannels.id, [...ids]));
  const known = new Set(found.map(({ id }) => id));
  const errors = ids.flatMap((id, i) =>
    known.has(id)
      ? []
      : [{ path: `channels.${i}`, code: "unknown_channel", message: `there is no channel ${id}` }],
  );
  if (errors.length > 0) throw new ProblemError("invalid", "no such channel", { errors });
}

export const MAIL_LIST = {
  source: sql`${keptMails}`,
  id: keptMails.id,
  sorts: { id: keptMails.id },
  sort: "-id",
  search: [keptMails.subject],
  facets: {},
} as const satisfies ListShape;

/** One page of the mails that an install without a mail service has kept. */
export async function listKeptMails(db: Database, query: ListQuery) {
  return readPage(db, MAIL_LIST, query, [], ({ place, cut }) =>
    cut(
      db
        .select({ mail: keptMails, ...place })
        .from(keptMails)
        .$dynamic(),
    ),
  );
}
