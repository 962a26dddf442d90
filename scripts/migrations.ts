import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Generates the next migration from db/tables and makes every table whose key is not an integer WITHOUT ROWID
 * (drizzle-kit has no word for it): an insert then costs one row written, not two.
 */
execFileSync("drizzle-kit", ["generate", ...process.argv.slice(2)], { stdio: "inherit" });
for (const name of readdirSync("migrations").filter((file) => file.endsWith(".sql"))) {
  const path = `migrations/${name}`;
  const before = readFileSync(path, "utf8");
  const after = before.replace(/CREATE TABLE [^;]*?\n\);/g, (table) =>
    / integer PRIMARY KEY/.test(table) ? table : table.replace(/\n\);$/, "\n) WITHOUT ROWID;"),
  );
  if (after !== before) writeFileSync(path, after);
}
