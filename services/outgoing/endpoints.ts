import { eq } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { endpointSecrets, endpoints } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import { commitChained, commitOnce, inTurn, readHeads } from "../chains/commit-chained.ts";
import { addressProblem } from "./address.ts";
import type { SendContext } from "./context.ts";
import { makeSecret } from "./endpoint-secrets.ts";
import { type EndpointRecord, existingEndpoint } from "./read-endpoints.ts";
import { readEnds } from "./read-events.ts";

/** What a person sets of an endpoint. */
const SET_BY_PEOPLE = ["name", "url", "types", "status"] as const;
type Chosen = Pick<EndpointRecord, (typeof SET_BY_PEOPLE)[number]>;

function chosen(record: Chosen): Chosen {
  return Object.fromEntries(SET_BY_PEOPLE.map((name) => [name, record[name]])) as unknown as Chosen;
}

/** Nothing has failed yet, or is held against it any more. */
const FRESH = { reason: null, failures: 0, failingSince: null, nextTryAt: null, lastError: null };

/**
 * Makes an endpoint and its first signing secret, which is shown this once. `since`: it gets the events after this
 * number; without it, those from now on.
 *
 * @throws ProblemError `invalid` if nothing may be sent to the address
 */
export async function createEndpoint(
  ctx: SendContext,
  input: { name: string; url: string; types: string[]; since?: number | undefined },
): Promise<{ endpoint: EndpointRecord; secret: string }> {
  assertAddress(ctx, input.url);
  const id = ctx.newId("end");
  const { since, ...rest } = input;
  const endpoint: EndpointRecord = {
    ...{ id, ...rest, status: "enabled", ...FRESH, ahead: [] },
    cursor: since ?? (await readEnds(ctx.db)).newest,
    lastDeliveredAt: null,
    ...{ createdBy: actorLabel(ctx.actor), createdAt: ctx.now },
  };
  const { secret, statements } = await makeSecret(ctx, id);
  const detail = { before: null, after: chosen(endpoint) };
  await commitChained(ctx, {
    audit: [{ action: "endpoint.create", subject: `endpoint:${id}`, detail }],
    statements: () => [...bulkInsert(ctx.d1, endpoints, [endpoint]), ...statements],
  });
  return { endpoint, secret };
}

/**
 * Changes an endpoint. One that is enabled again goes on where it stopped, and its failures are forgotten.
 *
 * @throws ProblemError `not_found`; `invalid` if nothing may be sent to the address
 */
export async function changeEndpoint(
  ctx: SendContext,
  id: string,
  asked: { [Name in keyof Chosen]?: Chosen[Name] | undefined },
): Promise<EndpointRecord> {
  const change = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined),
  ) as Partial<Chosen>;
  if (change.url !== undefined) assertAddress(ctx, change.url);
  return inTurn(ctx, ["head_moved"], async (inside) => {
    const known = await existingEndpoint(inside, id);
    const isNew = change.status === "enabled" || change.url !== undefined;
    const next = { ...known, ...change, ...(isNew && FRESH) };
    const detail = changedFields({ ...chosen(known) }, { ...chosen(next) });
    await commitOnce(inside, await readHeads(inside), {
      audit: [{ action: "endpoint.change", subject: `endpoint:${id}`, detail }],
      statements: () => [
        prepare(
          ctx.d1,
          ctx.db
            .update(endpoints)
            .set({ ...chosen(next), ...(isNew && FRESH) })
            .where(eq(endpoints.id, id)),
        ),
      ],
    });
    return next;
  });
}

/**
 * Sends again all events after a number, or skips those before it.
 *
 * @throws ProblemError `not_found`
 */
export async function resendFrom(ctx: SendContext, id: string, since: number): Promise<EndpointRecord> {
  const before = await existingEndpoint(ctx, id);
  const next = { cursor: since, ahead: [], failures: 0, failingSince: null, nextTryAt: null };
  await commitChained(ctx, {
    audit: [
      { action: "endpoint.resend", subject: `endpoint:${id}`, detail: { from: before.cursor, to: since } },
    ],
    statements: () => [prepare(ctx.d1, ctx.db.update(endpoints).set(next).where(eq(endpoints.id, id)))],
  });
  return { ...before, ...next };
}

/** Deletes an endpoint and its secrets; its log stays for its days. @throws ProblemError `not_found` */
export async function deleteEndpoint(ctx: SendContext, id: string): Promise<void> {
  const known = await existingEndpoint(ctx, id);
  await commitChained(ctx, {
    audit: [
      {
        action: "endpoint.delete",
        subject: `endpoint:${id}`,
        detail: { before: chosen(known), after: null },
      },
    ],
    statements: () => [
      prepare(ctx.d1, ctx.db.delete(endpointSecrets).where(eq(endpointSecrets.endpointId, id))),
      prepare(ctx.d1, ctx.db.delete(endpoints).where(eq(endpoints.id, id))),
    ],
  });
}

/** @throws ProblemError `invalid` */
function assertAddress({ allowLoopback }: Pick<SendContext, "allowLoopback">, url: string): void {
  const message = addressProblem(url, allowLoopback);
  if (message !== null)
    throw new ProblemError("invalid", message, { errors: [{ path: "url", code: "bad_address", message }] });
}
