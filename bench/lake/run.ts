import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { key as hashOf, uniformOf } from "../../domain/base/keyed-random.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { type Api, createApi, pause } from "../../scripts/client/api.ts";
import { API_KEY, type Install, newStateDir, startInstall } from "../../test/support/install.ts";
import { freePort } from "../../test/support/ports.ts";

const USAGE = `npm run bench:lake -- [--kills <n>] [--seed <n>] [--skus <n>]

Posts rows to a running install and kills it (SIGKILL to all its processes) at random moments, during posting and during
exports. Then compares the lake, read by DuckDB, with the receipts: every batch has to have exactly its accepted rows.`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "6" },
    seed: { type: "string", default: "1" },
    skus: { type: "string", default: "50" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [KILLS, SEED, SKUS] = [values.kills, values.seed, values.skus].map(Number) as [number, number, number];
const KINDS = ["observations", "events", "inventory", "demand"] as const;
type Kind = (typeof KINDS)[number];
const LIST = { observations: "observations", events: "events", inventory: "events", demand: "rows" } as const;
/** An install is killed so long after its start, at most. */
const LIFE_MS = 6_000;

const random = (...parts: number[]) => uniformOf(hashOf(SEED, ...parts));
const skus = Array.from({ length: SKUS }, (_, i) => `SKU-${i}`);

interface Posted {
  kind: Kind;
  batchId: string;
}

/** One batch: rows of several days, some of them wrong, some of them the same as in the batch before. */
function batchOf(kind: Kind, number: number): { source: string; batchId: string; [list: string]: unknown } {
  const rows = Array.from({ length: 120 }, (_, row) => {
    const draw = (of: number) => random(number - (row < 20 ? 1 : 0), row, of);
    const sku = draw(1) < 0.05 ? "nobody" : skus[Math.floor(draw(2) * SKUS)]!;
    const at = new Date(
      Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - Math.floor(draw(3) * 2.5 * DAY_MS),
    ).toISOString();
    const id = `${kind}-${number - (row < 20 ? 1 : 0)}-${row}`;
    const price = (80 + 40 * draw(4)).toFixed(2);
    if (kind === "observations") return { sku, competitor: `c${row % 5}`, price, observedAt: at };
    if (kind === "events") return { id, sku, type: "view", sessionId: `s${row % 30}`, at };
    if (kind === "inventory") return { id, sku, warehouse: "main", type: "snapshot", quantity: row, at };
    return { sku, day: at.slice(0, 10), units: row, price };
  });
  return { source: "killer", batchId: `${kind}-${number}`, [LIST[kind]]: rows };
}

async function postUntil(api: Api, posted: Posted[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const number = Math.floor(posted.length / KINDS.length) + 1;
    const kind = KINDS[posted.length % KINDS.length]!;
    const body = batchOf(kind, number);
    // noted first: what was sent and not answered is sent again later, under the same id
    posted.push({ kind, batchId: body.batchId });
    await api.post(`/api/ingest/${kind}`, body).catch(() => {});
    if (posted.length % 7 === 0) void api.post("/api/lake/export").catch(() => {});
  }
}

async function life(stateDir: string, port: number, posted: Posted[], number: number): Promise<void> {
  const install = await startInstall(stateDir, { port, env: { SCHEDULER: "off" } });
  if (number === 0)
    for (const sku of skus)
      await install.api.post("/api/products", {
        sku,
        title: sku,
        category: "c",
        currency: "EUR",
        price: "100.00",
      });
  const ends = new AbortController();
  const posting = postUntil(install.api, posted, ends.signal);
  const ms = Math.floor(random(99, number) * LIFE_MS) + 500;
  await pause(ms);
  ends.abort();
  await install.kill();
  console.log(`life ${number + 1}: killed after ${ms} ms, ${posted.length} batches posted so far`);
  await Promise.race([posting, pause(100)]);
}

/** The last life has time: a busy machine is not a failure. */
const PATIENCE_MS = 10 * MINUTE_MS;

/** Waits for the receipts of all that arrived, and exports until nothing waits. */
async function settle({ api }: Install, posted: readonly Posted[]): Promise<Map<string, number>> {
  const accepted = new Map<string, number>();
  const known = await Promise.all(
    posted.map(async ({ kind, batchId }) => {
      const found = await api
        .get(`/api/ingest/batches/${batchId}?source=killer&kind=${kind}`)
        .catch(() => null);
      return found === null ? [] : [batchId];
    }),
  );
  const arrived = known.flat();
  for (const batchId of arrived)
    for (;;) {
      const receipt = await api.get<{ status: string; accepted: number }>(
        `/api/ingest/batches/${batchId}?source=killer`,
      );
      if (receipt.status === "done") {
        accepted.set(batchId, receipt.accepted);
        break;
      }
      await pause(500);
    }
  for (;;) {
    await api.post("/api/lake/export");
    const { waiting } = await api.get<{ waiting: number }>("/api/lake");
    if (waiting === 0) return accepted;
  }
}

/** Rows of each batch in the lake, by DuckDB, from the files as they are listed. */
async function countLake({ url, api }: Install): Promise<Map<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "lake-"));
  const duck = await (await DuckDBInstance.create()).connect();
  const counts = new Map<string, number>();
  for (const table of KINDS) {
    const files: string[] = [];
    const { items } = await api.get<{ items: { key: string; sha256: string; rows: number }[] }>(
      `/api/lake/files?table=${table}&limit=500`,
    );
    for (const { key, sha256 } of items) {
      const answer = await fetch(`${url}/api/lake/file?key=${encodeURIComponent(key)}`, {
        headers: { authorization: `Bearer ${API_KEY}` },
      });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw new Error(`${key} is damaged`);
      const path = join(folder, key.replaceAll("/", "_"));
      writeFileSync(path, bytes);
      files.push(path);
    }
    if (files.length === 0) continue;
    const list = files.map((path) => `'${path}'`).join(", ");
    const read = await duck.runAndReadAll(
      `SELECT batch, count(*), count(DISTINCT (chunk, "row")) FROM read_parquet([${list}])
       WHERE batch NOT LIKE 'quarantine:%' GROUP BY batch`,
    );
    for (const [batch, rows, distinct] of read.getRows()) {
      if (rows !== distinct)
        throw new Error(`${batch} has rows twice: ${rows} rows, ${distinct} of them distinct`);
      counts.set(String(batch), Number(rows));
    }
    console.log(`${table}: ${files.length} files`);
  }
  rmSync(folder, { recursive: true });
  return counts;
}

const state = newStateDir();
const port = await freePort();
const posted: Posted[] = [];
for (let number = 0; number < KILLS; number++) await life(state.path, port, posted, number);
const started = await startInstall(state.path, { port, env: { SCHEDULER: "off" } });
const install = { ...started, api: createApi({ url: started.url, key: API_KEY, patience: PATIENCE_MS }) };
try {
  const accepted = await settle(install, posted);
  const inLake = await countLake(install);
  const differ = [...accepted].filter(([batch, rows]) => (inLake.get(batch) ?? 0) !== rows);
  const total = (of: Iterable<number>) => [...of].reduce((sum, rows) => sum + rows, 0);
  console.log(`${KILLS} kills, ${posted.length} batches sent, ${accepted.size} arrived`);
  console.log(`receipts: ${total(accepted.values())} rows accepted; lake: ${total(inLake.values())} rows`);
  for (const [batch, rows] of differ)
    console.log(`  ${batch}: receipt ${rows}, lake ${inLake.get(batch) ?? 0}`);
  process.exitCode = differ.length === 0 && inLake.size <= accepted.size ? 0 : 1;
} finally {
  await install.stop();
  state.remove();
}
