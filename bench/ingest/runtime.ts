import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { convertV4MiniflareOptions, Miniflare, type V4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";
import { findWorkerd, type WorkerdProcess } from "./process.ts";

const CONFIG = "wrangler.toml";
const MIGRATIONS = "migrations";
/** wrangler.toml serves the built dashboard from here; the bench needs only the folder. */
const ASSETS = "app/dist";

/** An API key with every right. */
export const BENCH_KEY = "pw_bench_0123456789abcdefghijklmnop";

/** A Worker on the local runtime, with nothing between it and its callers. */
export interface Runtime {
  url: URL;
  /** where everything is on disk */
  folder: string;
  database: Awaited<ReturnType<Miniflare["getD1Database"]>>;
  process: WorkerdProcess;
  /** the debugger's address, if one was asked for */
  inspector: URL | null;
  stop(): Promise<void>;
}

interface RuntimeOptions {
  withInspector?: boolean;
  /** number of SKU shards; default: the configuration's */
  shards?: number;
  /** how long a queue waits for a fuller batch; default: the configuration's */
  queueWaitSeconds?: number;
  /** INGEST_WAIT_SECONDS; default: none */
  waitSeconds?: number;
  /** where everything is kept, to go on from later; default: a folder that goes with the runtime */
  folder?: string | undefined;
  /** leaves out what the Worker logs of what went well */
  isQuiet?: boolean;
}

const TOLD: ReadonlySet<string> = new Set(["warn", "error"]);

/**
 * Builds an entry as a deployment would, and starts it with the queues, objects and bucket of the configuration, a
 * migrated database, and everything on disk in a folder that goes with it.
 */
export async function startRuntime(entry: string, options: RuntimeOptions = {}): Promise<Runtime> {
  const { withInspector = false, shards, queueWaitSeconds, waitSeconds = 0, isQuiet = false } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "pricewright-ingest-"));
  const state = join(folder, "state");
  const isNew = !existsSync(state);
  build(entry, join(folder, "build"));
  const { workerOptions } = unstable_getMiniflareWorkerOptions(CONFIG);
  // the dashboard and the clock take no part
  const { assets: _assets, cronTriggers: _crons, modulesRules: _rules, ...worker } = workerOptions;
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: state,
      ...(isQuiet ? { handleStructuredLogs: tell } : {}),
      ...(withInspector ? { inspectorPort: 0 } : {}),
      workers: [
        {
          ...worker,
          ...(queueWaitSeconds === undefined ? {} : { queueConsumers: hurried(worker, queueWaitSeconds) }),
          name: "bench",
          bindings: {
            ...(worker.bindings as object | undefined),
            ...(shards === undefined ? {} : { SKU_SHARDS: String(shards) }),
            ...{
              BOOTSTRAP_API_KEY: BENCH_KEY,
              ENFORCE_LIMITS: "on",
              INGEST_WAIT_SECONDS: String(waitSeconds),
            },
          },
          modules: [{ type: "ESModule", path: join(folder, "build", `${basename(entry, ".ts")}.js`) }],
          modulesRoot: join(folder, "build"),
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        },
      ],
    } as unknown as V4MiniflareOptions),
  );
  await runtime.ready;
  const database = await runtime.getD1Database("DB");
  if (isNew) await migrate(database);
  return {
    url: await runtime.unsafeGetDirectURL(),
    folder,
    database,
    process: findWorkerd(),
    inspector: withInspector ? await runtime.getInspectorURL() : null,
    async stop() {
      await runtime.dispose();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function tell({ level, message }: { level: string; message: string }): void {
  if (TOLD.has(level)) console.warn(message);
}

function hurried({ queueConsumers }: { queueConsumers?: unknown }, maxBatchTimeout: number) {
  const consumers = queueConsumers as Record<string, object>;
  return Object.fromEntries(
    Object.entries(consumers).map(([queue, consumer]) => [queue, { ...consumer, maxBatchTimeout }]),
  );
}

function build(entry: string, outdir: string): void {
  mkdirSync(ASSETS, { recursive: true });
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["node_modules/wrangler/bin/wrangler.js", "deploy", entry, "--dry-run", "--outdir", outdir],
    { encoding: "utf8", env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
  );
  if (status !== 0) throw new Error(`the build of ${entry} failed: ${stderr}${stdout}`);
}

async function migrate(database: Runtime["database"]): Promise<void> {
  for (const file of readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith(".sql"))
    .sort())
    for (const statement of unstable_splitSqlQuery(readFileSync(join(MIGRATIONS, file), "utf8")))
      await database.prepare(statement).run();
}
