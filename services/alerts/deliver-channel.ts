import { and, asc, count, eq, lte, min, sql } from "drizzle-orm";
import { bulkInsert, bulkUpsert } from "../../db/bulk.ts";
import { alertChannels, alertDigests, alertMessages, deliveries, events } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { addToDigest } from "../../domain/outgoing/alerts/digest.ts";
import type { AlertMessage } from "../../domain/outgoing/alerts/render.ts";
import { nextTry } from "../../domain/outgoing/tries.ts";
import type { SendContext } from "../outgoing/context.ts";
import type { Sent } from "../outgoing/post-message.ts";
import { readSettings } from "../settings/settings.ts";
import { openConfig } from "./channel-config.ts";
import { type ChannelRecord, findChannel } from "./read-channels.ts";
import { sendAlert } from "./send-alert.ts";

/** Messages of one call: the queries of one invocation are limited, and the next call goes on where this one ends. */
const MESSAGES_MAX = 60;
/** Waiting alerts that are put into a digest in one go. */
const FOLD_MAX = 500;
/** Tries after which a message that the receiver refuses is left out. */
const REFUSALS_MAX = 5;
/** The digest of what could not be sent one by one: it is due at once. */
const AT_ONCE = 0;

/** A message that waits, and how it is taken off the list. */
interface Waiting {
  message: AlertMessage;
  /** for the log */
  what: string;
  seq: number | null;
  remove: D1PreparedStatement;
}

/**
 * Sends a channel what waits for it. A message is taken off the list once the receiver has it, so that none is lost in a
 * crash. Where more waits than the channel may have in an hour, it becomes a digest. Answers when to come again (ms).
 */
export async function deliverChannel(ctx: SendContext, id: string): Promise<number | null> {
  const { settings } = await readSettings(ctx.d1);
  const appUrl = settings.appUrl ?? ctx.appUrl;
  for (let messages = 0; messages < MESSAGES_MAX; messages++) {
    const channel = await findChannel(ctx.db, id);
    if (channel?.status !== "enabled") return null;
    if (channel.nextTryAt !== null && channel.nextTryAt > ctx.clock()) return channel.nextTryAt;
    if (await foldBacklog(ctx, channel)) continue;
    const waiting = await nextWaiting(ctx, id);
    if (waiting === null) return nextDigestAt(ctx, id);
    const config = await openConfig(ctx.vault, channel.sealed);
    const sent = await sendAlert(ctx, config, waiting.message, appUrl);
    await keepOutcome(ctx, channel, waiting, sent, settings.endpointFailures);
  }
  return ctx.clock();
}

/** The next message: a digest that is due, else the oldest alert. */
async function nextWaiting({ d1, db, clock }: SendContext, id: string): Promise<Waiting | null> {
  const [[digest], [alert]] = await db.batch([
    db
      .select()
      .from(alertDigests)
      .where(and(eq(alertDigests.channelId, id), lte(alertDigests.dueAt, clock())))
      .orderBy(asc(alertDigests.dueAt))
      .limit(1),
    db
      .select()
      .from(alertMessages)
      .where(eq(alertMessages.channelId, id))
      .orderBy(asc(alertMessages.seq))
      .limit(1),
  ]);
  if (digest) {
    const { dueAt, body } = digest;
    const isIt = and(eq(alertDigests.channelId, id), eq(alertDigests.dueAt, dueAt));
    return {
      message: { kind: "digest", id: `dig_${id}_${dueAt || body.to}`, digest: body },
      ...{
        what: `digest of ${body.total}`,
        seq: null,
        remove: prepare(d1, db.delete(alertDigests).where(isIt)),
      },
    };
  }
  if (!alert) return null;
  const { seq, ruleId, item } = alert;
  const isIt = and(
    eq(alertMessages.channelId, id),
    eq(alertMessages.seq, seq),
    eq(alertMessages.ruleId, ruleId),
  );
  return {
    message: { kind: "alert", id: `alr_${seq}_${ruleId}`, item },
    what: `${item.type}${item.sku === null ? "" : ` ${item.sku}`} (${item.rule.name})`,
    ...{ seq, remove: prepare(d1, db.delete(alertMessages).where(isIt)) },
  };
}

async function nextDigestAt({ db }: SendContext, id: string): Promise<number | null> {
  const [row] = await db
    .select({ at: min(alertDigests.dueAt) })
    .from(alertDigests)
    .where(eq(alertDigests.channelId, id));
  return row?.at ?? null;
}

/** Puts what waits into a digest if it is more than the channel may have in an hour. Whether there was so much. */
async function foldBacklog({ d1, db }: SendContext, { id, perHour }: ChannelRecord): Promise<boolean> {
  const ofChannel = eq(alertMessages.channelId, id);
  const [waiting] = await db.select({ n: count() }).from(alertMessages).where(ofChannel);
  if ((waiting?.n ?? 0) <= perHour) return false;
  const [rows, [known]] = await db.batch([
    db.select().from(alertMessages).where(ofChannel).orderBy(asc(alertMessages.seq)).limit(FOLD_MAX),
    db
      .select()
      .from(alertDigests)
      .where(and(eq(alertDigests.channelId, id), eq(alertDigests.dueAt, AT_ONCE))),
  ]);
  const body = addToDigest(
    known?.body ?? null,
    rows.map(({ item }) => item),
  );
  const taken = JSON.stringify(rows.map(({ seq, ruleId }) => [seq, ruleId]));
  const isTaken = sql`(${alertMessages.seq}, ${alertMessages.ruleId}) IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(${taken}))`;
  await d1.batch([
    ...bulkUpsert(d1, alertDigests, [{ channelId: id, dueAt: AT_ONCE, body }]),
    prepare(d1, db.delete(alertMessages).where(and(ofChannel, isTaken))),
  ]);
  return true;
}

const WELL = { failures: 0, failingSince: null, nextTryAt: null, lastError: null };

async function keepOutcome(
  { d1, db, clock }: SendContext,
  channel: ChannelRecord,
  { what, seq, remove }: Waiting,
  { outcome, status, error, ms, askedMs }: Sent,
  tries: number,
): Promise<void> {
  const now = clock();
  const failures = channel.failures + 1;
  const isLeftOut = outcome === "refused" && failures >= REFUSALS_MAX;
  const isDone = outcome === "delivered" || isLeftOut;
  const isOver = !isDone && (outcome === "gone" || failures >= tries);
  const failing = {
    ...{ failures, failingSince: channel.failingSince ?? now, lastError: error },
    nextTryAt: isOver ? null : nextTry(failures, now, askedMs),
    ...(isOver && { status: "disabled" as const, reason: error }),
  };
  const change = isDone ? { ...WELL, ...(outcome === "delivered" && { lastDeliveredAt: now }) } : failing;
  const { id, name, hint } = channel;
  const data = { id, name, url: hint, reason: error };
  const told = isOver ? [{ type: "endpoint.disabled" as const, at: now, sku: null, subject: id, data }] : [];
  await d1.batch([
    prepare(d1, db.update(alertChannels).set(change).where(eq(alertChannels.id, id))),
    ...bulkInsert(d1, deliveries, [
      { ...{ target: id, seq, what, status, error, ms, at: now }, outcome: isLeftOut ? "given_up" : outcome },
    ]),
    ...bulkInsert(d1, events, told),
    ...(isDone ? [remove] : []),
  ]);
}
