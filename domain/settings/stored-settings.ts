import { Settings } from "./settings.ts";

/**
 * Settings as they are stored. Fields that this release does not know are left out: a newer release wrote them, and was
 * taken back.
 *
 * @throws ZodError if a known field has a value that it cannot have
 */
export function readStored(body: unknown): Settings {
  const read = Settings.safeParse(body);
  if (read.success) return read.data;
  const known = JSON.parse(JSON.stringify(body)) as Record<PropertyKey, unknown>;
  for (const issue of read.error.issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const at = issue.path.reduce((value, name) => value[name] as Record<PropertyKey, unknown>, known);
    for (const key of issue.keys) delete at[key];
  }
  return Settings.parse(known);
}
