import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { boundedRuntimes } from "./test/support/bounded-runtimes.ts";

// wrangler.toml serves the built dashboard from here; tests of the Worker do not need it, only the folder
mkdirSync("app/dist", { recursive: true });

/** A queue as wrangler.toml sets it, but without the second that a batch waits to fill. */
function consumer(queue: string) {
  const limits = { maxBatchSize: queue === "runs" ? 1 : 50, maxBatchTimeout: 0.05, maxRetries: 100 };
  return queue === "dead-letters" ? limits : { ...limits, deadLetterQueue: "pricewright-dead-letters" };
}

/** What the line's objects import of the runtime, where the platform itself is simulated. */
const SIMULATED = Object.fromEntries(
  ["cloudflare:workers", "itty-durable"].map((name) => [
    name,
    join(import.meta.dirname, "test/simulation/platform", `${name.replace("cloudflare:", "")}.ts`),
  ]),
);

/** What the bundle of the Worker has in place of two modules: see `[alias]` in wrangler.toml. */
const SHIMMED = {
  "@babel/runtime-corejs3/core-js/instance/trim": join(import.meta.dirname, "worker/shims/trim.ts"),
  "@babel/runtime-corejs3/helpers/esm/defineProperty": join(
    import.meta.dirname,
    "worker/shims/define-property.ts",
  ),
};

/** More files at once than cores: tests of the Worker mostly wait for a queue or an alarm. */
const WORKERS = availableParallelism() + 1;

/** A test that starts a whole install, which a busy machine may take minutes for; its steps are much shorter. */
const INSTALL = {
  ...{ environment: "node", testTimeout: 120_000, hookTimeout: 240_000 },
  setupFiles: "test/support/stop-at-failure.ts",
} as const;

/** Tests of whole installs that other tests may slow down. */
const BESIDE = ["replay", "clients", "elasticities", "pages"].map((name) => `test/e2e/${name}.test.ts`);

/** What the Worker imports of packages. */
const BUNDLED = [
  ...["itty-durable", "zod", "htmlparser2", "@hono/zod-openapi", "csv-parse/browser/esm/sync"],
  ...[
    "hono",
    "hono/cookie",
    "hono/cors",
    "hono/factory",
    "hono/http-exception",
    "hono/route",
    "hono/secure-headers",
  ],
  ...["drizzle-orm", "drizzle-orm/d1", "drizzle-orm/sqlite-core"],
  ...["@noble/hashes/hmac.js", "@noble/hashes/scrypt.js", "@noble/hashes/sha2.js", "@noble/hashes/utils.js"],
  ...["jose", "otpauth", "ipaddr.js", "mimetext/browser", "robots-parser", "standardwebhooks"],
];

/** Four heights: pure tables in Node, the line on a simulated platform, workerd on real migrations, all in Chromium. */
export default defineConfig({
  test: {
    // what a passing test logs on purpose is not worth reading
    silent: "passed-only",
    projects: [
      {
        test: {
          name: "domain",
          // pure functions leave nothing behind
          isolate: false,
          maxWorkers: WORKERS,
          include: ["test/domain/**/*.test.ts"],
          // a busy machine is no reason to fail: speed is measured by benches
          testTimeout: 60_000,
          environment: "node",
          setupFiles: ["test/support/property-seed.ts"],
        },
      },
      {
        resolve: { alias: SIMULATED },
        test: {
          name: "simulation",
          isolate: false,
          maxWorkers: WORKERS,
          include: ["test/simulation/**/*.test.ts"],
          environment: "node",
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e-beside",
          // installs at which nobody measures time: they mostly wait, so that other tests run beside them
          include: BESIDE,
          ...INSTALL,
          testTimeout: 240_000,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: BESIDE,
          ...INSTALL,
          // each file runs an install of its own and measures time: one at a time, and nothing beside it
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ENFORCE_LIMITS: "on",
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
                JWT_ISSUER: "https://issuer.test",
                JWT_AUDIENCE: "pricewright",
                JWT_SHARED_KEY: "a key for tests of at least 32 bytes",
                METRICS_TOKEN: "a-token-for-scrapers-only",
              },
              queueConsumers: Object.fromEntries(
                ["observations", "events", "runs", "dead-letters"].map((queue) => [
                  `pricewright-${queue}`,
                  consumer(queue),
                ]),
              ),
            },
          }),
          boundedRuntimes(),
        ],
        resolve: { alias: SHIMMED },
        test: {
          name: "workerd",
          include: ["test/workerd/**/*.test.ts"],
          setupFiles: ["test/workerd/setup.ts"],
          maxWorkers: WORKERS,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // one file for each package instead of all its modules: every test file starts a runtime and loads them again
          deps: { optimizer: { ssr: { enabled: true, include: BUNDLED } } },
        },
      },
    ],
  },
});
