import { bulkInsert } from "../../db/bulk.ts";
import { settings } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import { settingsDigest } from "../../domain/ledger/evidence.ts";
import type { Settings, SettingsChange } from "../../domain/settings/settings.ts";
import { commitOnce, inTurn, readHeads } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { recheckOpen } from "../proposals/recheck.ts";
import { readSettings } from "./settings.ts";
import { settingsAfter } from "./settings-after.ts";

/**
 * Applies a change to the settings in force and stores the result as the next version. Of two changes at the same
 * instant, the later one is applied to the result of the earlier. Proposals that the new limits forbid are superseded.
 * `seen`: the version that the caller changed, if it says so.
 * @throws ProblemError invalid; conflict if the version in force is another than the one seen
 */
export async function changeSettings(
  ctx: ServiceContext,
  change: SettingsChange,
  seen?: number,
): Promise<Settings> {
  if (change.timeZone !== undefined) assertTimeZone(change.timeZone);
  const next = await inTurn(ctx, ["head_moved"], (inside) => saveNext(inside, change, seen));
  const { guardrails, pricesIncludeTax } = change;
  if (guardrails !== undefined || pricesIncludeTax !== undefined) await recheckOpen(ctx, null);
  return next;
}

async function saveNext(ctx: ServiceContext, change: SettingsChange, seen?: number): Promise<Settings> {
  const { version: before, settings: inForce } = await readSettings(ctx.d1);
  if (seen !== undefined && seen !== before)
    throw new ProblemError("conflict", `the settings are at version ${before}; read them again`);
  const body = settingsAfter(inForce, change);
  const version = before + 1;
  const row = { version, body, at: ctx.now, actor: actorLabel(ctx.actor) };
  const detail = { version, ...changedFields(inForce, body), digest: settingsDigest(body) };
  await commitOnce(ctx, await readHeads(ctx), {
    audit: [{ action: "settings.change", subject: "settings", detail }],
    // the version is the key: without a turn a second writer of it would fail
    statements: () => bulkInsert(ctx.d1, settings, [row]),
  });
  return body;
}

function assertTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new ProblemError("invalid", "unknown time zone", {
      errors: [{ path: "timeZone", code: "invalid", message: `${timeZone} is not an IANA time zone` }],
    });
  }
}
