import { DEFAULT_SETTINGS, Settings } from "../../domain/settings/settings.ts";

/** The settings in force, and their version (0 = the defaults of a fresh install). */
export async function readSettings(d1: D1Database): Promise<{ version: number; settings: Settings }> {
  const row = await d1
    .prepare("SELECT version, body FROM settings ORDER BY version DESC LIMIT 1")
    .first<{ version: number; body: string }>();
  if (!row) return { version: 0, settings: DEFAULT_SETTINGS };
  return { version: row.version, settings: Settings.parse(JSON.parse(row.body)) };
}
