import type { KnipConfig } from "knip";

/** With `--production`: what ships. An export that only a test uses is dead there, unless its own file uses it too. */
const isProduction = process.argv.includes("--production");

export default {
  entry: [
    "app/src/main.tsx!",
    "app/vite.config.ts!",
    "app/functions/**/*.ts!",
    "clients/typescript/example.ts!",
    "scripts/*.ts!",
    "scripts/start/guard.ts!",
    "scripts/check/walls.ts!",
    "scripts/test/reporter.ts!",
    "worker/shims/*.ts!",
    "bench/*.ts",
    "bench/*/run.ts",
    "bench/science/{challenger,elasticity,textbook}.ts",
    "bench/ingest/worker/{entry,floor}.ts",
    "bench/{approvals,growth}/worker/entry.ts",
    "test/**/*.test.ts",
    "test/workerd/{setup.ts,env.d.ts}",
    "test/simulation/platform/{workers,itty-durable}.ts",
  ],
  project: [
    "{app,bench,clients,db,domain,durable,queues,scripts,services,test,worker}/**/*.{ts,tsx}!",
    "!{bench,test}/**!",
  ],
  ignoreExportsUsedInFile: isProduction,
} satisfies KnipConfig;
