import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

// the real migrations, applied once for each test file: isolation is per file
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
