import { defineConfig } from "drizzle-kit";

/** Only generates: wrangler applies. WITHOUT ROWID is appended by scripts/migrations.ts. */
export default defineConfig({ dialect: "sqlite", schema: "./db/schema.ts", out: "./migrations" });
