import { desc } from "drizzle-orm";
import { type Database, database } from "../../db/database.ts";
import { settings } from "../../db/schema.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../domain/settings/settings.ts";
import { readStored } from "../../domain/settings/stored-settings.ts";

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
  lastRead = readStored(row.body);
  return { version: row.version, settings: lastRead };
}

/** Of this isolate. */
let lastRead: Settings | null = null;

/** The settings as they were read last, or the defaults: for what has to go on while the database does not answer. */
export function lastKnownSettings(): Settings {
  return lastRead ?? DEFAULT_SETTINGS;
}
