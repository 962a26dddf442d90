import { desc, gte } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { type Database, database } from "../../db/database.ts";
import { settings } from "../../db/schema.ts";
import { BatchConflict, guardCount } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import { settingsDigest } from "../../domain/ledger/evidence.ts";
import {
  applyChange,
  DEFAULT_SETTINGS,
  Settings,
  type SettingsChange,
} from "../../domain/settings/settings.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/** The settings in force, and their version (0 = the defaults of a fresh install). */
export async function readSettings(d1: D1Database): Promise<{ version: number; settings: Settings }> {
  const [row] = await latestSettings(database(d1));
  return settingsOf(row);
}

/** The query for the newest stored settings; `settingsOf` takes its row. */
export function latestSettings(db: Database) {
  return db.select().from(settings).orderBy(desc(settings.version)).limit(1);
}

/** The newest stored settings, or the defaults of a fresh install. */
export function settingsOf(row: { version: number; body: unknown } | undefined) {
  if (!row) return { version: 0, settings: DEFAULT_SETTINGS };
  return { version: row.version, settings: Settings.parse(row.body) };
}

/** Of two changes at the same instant, the later one is applied to the result of the earlier. */
const CHANGE_TRIES = 3;

/**
 * Applies a change to the settings in force and stores the result as the next version. `seen`: the version that the
 * caller changed, if it says so.
 * @throws ProblemError invalid; conflict if the version in force is another than the one seen
 */
export async function changeSettings(
  ctx: ServiceContext,
  change: SettingsChange,
  seen?: number,
): Promise<Settings> {
  if (change.timeZone !== undefined) assertTimeZone(change.timeZone);
  for (let attempt = 1; ; attempt++) {
    const { version, settings: before } = await readSettings(ctx.d1);
    if (seen !== undefined && seen !== version)
      throw new ProblemError("conflict", `the settings are at version ${version}; read them again`);
    const next = applyChange(before, change);
    try {
      await saveVersion(ctx, version + 1, before, next);
      return next;
    } catch (error) {
      if (!(error instanceof BatchConflict)) throw error;
      if (attempt === CHANGE_TRIES) throw new ProblemError("conflict", "the settings changed meanwhile");
    }
  }
}

async function saveVersion(
  ctx: ServiceContext,
  version: number,
  before: Settings,
  next: Settings,
): Promise<void> {
  const digest = settingsDigest(next);
  await commitChained(ctx, {
    audit: [
      {
        action: "settings.change",
        subject: "settings",
        detail: { version, ...changedFields(before, next), digest },
      },
    ],
    statements: () => [
      guardCount(ctx.d1, ctx.db.$count(settings, gte(settings.version, version)), 0),
      ...bulkInsert(ctx.d1, settings, [{ version, body: next, at: ctx.now, actor: actorLabel(ctx.actor) }]),
    ],
  });
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
