import { eq } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { alertChannels, alertDigests, alertMessages } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import { commitChained } from "../chains/commit-chained.ts";
import { addressProblem } from "../outgoing/address.ts";
import type { SendContext } from "../outgoing/context.ts";
import { newSigningSecret } from "../secrets/signing-secret.ts";
import { type ChannelConfig, hintOf, openConfig, sealConfig } from "./channel-config.ts";
import { type ChannelRecord, existingChannel } from "./read-channels.ts";

/** What a person says of a channel; a signed webhook's secret is the install's to make. */
export type ChannelInput =
  | Exclude<ChannelConfig, { kind: "webhook" }>
  | Omit<Extract<ChannelConfig, { kind: "webhook" }>, "secret">;

/** Nothing has failed yet, or is held against it any more. */
const FRESH = { reason: null, failures: 0, failingSince: null, nextTryAt: null, lastError: null };

const audited = ({ name, kind, hint, status, perHour }: ChannelRecord) => ({
  name,
  kind,
  hint,
  status,
  perHour,
});

/**
 * Makes a channel. Of a signed webhook the secret is answered, this once.
 *
 * @throws ProblemError `invalid` if nothing may be sent to the address
 */
export async function createChannel(
  ctx: SendContext,
  { name, perHour, config: input }: { name: string; perHour: number; config: ChannelInput },
): Promise<{ channel: ChannelRecord; secret: string | null }> {
  assertAddress(ctx, input);
  const config = input.kind === "webhook" ? { ...input, secret: newSigningSecret() } : input;
  const channel: ChannelRecord = {
    ...{ id: ctx.newId("chn"), name, kind: config.kind, perHour, status: "enabled", ...FRESH },
    ...{ sealed: await sealConfig(ctx.vault, config), hint: hintOf(config), lastDeliveredAt: null },
    ...{ createdBy: actorLabel(ctx.actor), createdAt: ctx.now },
  };
  await commitChained(ctx, {
    audit: [
      {
        action: "alert_channel.create",
        subject: `channel:${channel.id}`,
        detail: { before: null, after: audited(channel) },
      },
    ],
    statements: () => bulkInsert(ctx.d1, alertChannels, [channel]),
  });
  return { channel, secret: config.kind === "webhook" ? config.secret : null };
}

/** What may be changed; the address's fields are those of the channel's kind. */
export interface ChannelChange {
  name?: string | undefined;
  perHour?: number | undefined;
  status?: "enabled" | "paused" | undefined;
  address?: Record<string, unknown> | undefined;
}

/**
 * Changes a channel. One that is enabled again sends what waits for it.
 *
 * @throws ProblemError `not_found`; `invalid` if nothing may be sent to the address
 */
export async function changeChannel(
  ctx: SendContext,
  id: string,
  { name, perHour, status, address }: ChannelChange,
): Promise<ChannelRecord> {
  const known = await existingChannel(ctx, id);
  const config = await openConfig(ctx.vault, known.sealed);
  const fields = Object.keys(address ?? {}).filter((field) => !(field in config));
  if (fields.length > 0)
    throw new ProblemError("invalid", `a channel of the kind ${known.kind} has no ${fields.join(", ")}`, {
      errors: fields.map((path) => ({ path, code: "unknown_field", message: `no field of ${known.kind}` })),
    });
  const next = { ...config, ...address } as ChannelConfig;
  assertAddress(ctx, next);
  const isNew = status === "enabled" || address !== undefined;
  const change = {
    ...{ name: name ?? known.name, perHour: perHour ?? known.perHour, status: status ?? known.status },
    ...(address && { sealed: await sealConfig(ctx.vault, next), hint: hintOf(next) }),
    ...(isNew && FRESH),
  };
  const changed = { ...known, ...change };
  await commitChained(ctx, {
    audit: [
      {
        action: "alert_channel.change",
        subject: `channel:${id}`,
        detail: changedFields(audited(known), audited(changed)),
      },
    ],
    statements: () => [
      prepare(ctx.d1, ctx.db.update(alertChannels).set(change).where(eq(alertChannels.id, id))),
    ],
  });
  return changed;
}

/** Deletes a channel and what waits for it; rules that name it send to the others. @throws ProblemError `not_found` */
export async function deleteChannel(ctx: SendContext, id: string): Promise<void> {
  const known = await existingChannel(ctx, id);
  const { d1, db } = ctx;
  await commitChained(ctx, {
    audit: [
      {
        action: "alert_channel.delete",
        subject: `channel:${id}`,
        detail: { before: audited(known), after: null },
      },
    ],
    statements: () => [
      prepare(d1, db.delete(alertMessages).where(eq(alertMessages.channelId, id))),
      prepare(d1, db.delete(alertDigests).where(eq(alertDigests.channelId, id))),
      prepare(d1, db.delete(alertChannels).where(eq(alertChannels.id, id))),
    ],
  });
}

/** @throws ProblemError `invalid` */
function assertAddress({ allowLoopback }: Pick<SendContext, "allowLoopback">, config: ChannelInput): void {
  const message = "url" in config ? addressProblem(config.url, allowLoopback) : null;
  if (message !== null)
    throw new ProblemError("invalid", message, { errors: [{ path: "url", code: "bad_address", message }] });
}
