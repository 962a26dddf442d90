import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { pause } from "../../scripts/client/api.ts";
import { API_KEY, type Install, newStateDir, startInstall } from "../../test/support/install.ts";
import { findWorkerd } from "../ingest/process.ts";

const USAGE = `npm run bench:alerts -- [options]: a flood of alerts, and a receiver that is slow
  --alerts <n>   alerts, all within the hour (100000)
  --slow <ms>    how long the receiver takes for each message (2000)
  --quiet <min>  minutes until the digest of the second channel is due (12)`;

const { values } = parseArgs({
  options: {
    alerts: { type: "string", default: "100000" },
    slow: { type: "string", default: "2000" },
    quiet: { type: "string", default: "12" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const ALERTS = Number(values.alerts);
const ROWS = 5_000;
const PATIENCE_MS = 1_800_000;

interface Message {
  id: string;
  type: "alert" | "alert.digest";
  data: { total?: number };
}

/** A receiver behind a port of this machine: each message that came, by its path. */
async function listen(slowMs: number) {
  const received: { path: string; message: Message }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    received.push({ path: request.url!, message: JSON.parse(Buffer.concat(parts).toString()) as Message });
    setTimeout(() => response.writeHead(200).end(), slowMs);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function setSettings(install: Install, settings: object): Promise<void> {
  const headers = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };
  const body = JSON.stringify(settings);
  const answer = await fetch(`${install.url}/api/settings`, { method: "PUT", headers, body });
  if (!answer.ok) throw new Error(`the settings answered ${answer.status}`);
}

async function importRows(install: Install, header: string, rows: readonly string[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    const headers = { authorization: `Bearer ${API_KEY}`, "content-type": "text/csv" };
    const body = [header, ...rows.slice(from, from + ROWS)].join("\n");
    const answer = await fetch(`${install.url}/api/import/products`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`the import answered ${answer.status}: ${await answer.text()}`);
  }
}

interface Channel {
  id: string;
  waiting: number;
  heldUntil: string | null;
  failures: number;
}

async function addChannel(install: Install, name: string, url: string, rule: object): Promise<string> {
  const { id } = await install.api.post<Channel>("/api/alert-channels", {
    ...{ kind: "webhook", name, url },
  });
  await install.api.post("/api/alert-rules", {
    ...{ name, types: ["price.imported"], channels: [id], ...rule },
  });
  return id;
}

const clock = (at: number) => new Date(at).toISOString().slice(11, 16);

async function measure(install: Install) {
  const { server, received, url } = await listen(Number(values.slow));
  const skus = Array.from({ length: ALERTS }, (_, i) => `FLOOD-${i}`);
  await setSettings(install, { timeZone: "UTC", feedPricesTrusted: true });
  await importRows(
    install,
    "sku,title,category,currency,price",
    skus.map((sku) => `${sku},Flood,lamps,EUR,10.00`),
  );
  const due = Date.now() + Number(values.quiet) * 60_000;
  await addChannel(install, "single", `${url}/single`, {});
  await addChannel(install, "quiet", `${url}/quiet`, {
    quietHours: { from: clock(Date.now() - 60_000), to: clock(due) },
  });
  const before = findWorkerd().peakMegabytes();
  const start = performance.now();
  await importRows(
    install,
    "sku,price",
    skus.map((sku, i) => `${sku},${(9 + (i % 90) / 100).toFixed(2)}`),
  );
  const appliedSeconds = (performance.now() - start) / 1_000;
  const digest = () => received.find(({ path }) => path === "/quiet")?.message;
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end && digest() === undefined) await pause(2_000);
  const doneSeconds = (performance.now() - start) / 1_000;
  await pause(5_000);
  const { items } = await install.api.get<{ items: (Channel & { name: string })[] }>("/api/alert-channels");
  server.close();
  const single = received.filter(({ path }) => path === "/single");
  return {
    ...{ alerts: ALERTS, slowMs: Number(values.slow) },
    ...{ appliedSeconds: Math.round(appliedSeconds), doneSeconds: Math.round(doneSeconds) },
    singles: single.length,
    sentTwice: received.length - new Set(received.map(({ message }) => message.id)).size,
    digests: received.flatMap(({ path, message }) => (path === "/quiet" ? (message.data.total ?? 1) : [])),
    heldForTheHour: items.find(({ name }) => name === "single")?.heldUntil !== null,
    waiting: items.reduce((sum, { waiting }) => sum + waiting, 0),
    failures: items.reduce((sum, { failures }) => sum + failures, 0),
    ...{ peakMbBefore: before, peakMb: findWorkerd().peakMegabytes() },
  };
}

const state = newStateDir();
const install = await startInstall(state.path);
try {
  const result = await measure(install);
  console.log(JSON.stringify({ bench: "alerts", load: Number(loadavg()[0]!.toFixed(2)), ...result }));
} finally {
  await install.stop();
  state.remove();
}
