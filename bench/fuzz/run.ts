import { parseArgs } from "node:util";
import fc from "fast-check";
import { z } from "zod";
import { costlyInputs } from "./costly.ts";
import { makeSources, signedRequests } from "./hooks.ts";
import { type FuzzRequest, type OpenApi, requestsTo, type Schema } from "./requests.ts";

const { values: given } = parseArgs({
  options: {
    url: { type: "string", default: "http://localhost:8787" },
    key: { type: "string" },
    requests: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    slow: { type: "string", default: "500" },
  },
});

/** They end what the rest is asked with, wait for ever, or are asked with a signature. */
const LEFT_OUT = ["get /api/live"];

/** Of the requests: to the adapters of webhooks, under real signatures. */
const SIGNED_SHARE = 0.1;

const headers = { authorization: `Bearer ${given.key}` };
const document = (await (await fetch(`${given.url}/openapi.json`)).json()) as OpenApi;
const checks = new Map<string, z.ZodType | null>();

/** The check of an answer's form; null where the document says nothing. */
function checkOf(operation: string, status: number): z.ZodType | null {
  const id = `${operation} ${status}`;
  const known = checks.get(id);
  if (known !== undefined) return known;
  const [method, path] = operation.split(" ") as [string, string];
  const schema = document.paths[path]?.[method]?.responses[status]?.content?.["application/json"]?.schema;
  const made = schema === undefined ? null : z.fromJSONSchema(standalone(schema) as never);
  checks.set(id, made);
  return made;
}

/** The schema with the shapes that it names inside it. */
function standalone(schema: Schema): unknown {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/"));
}

const found = new Map<string, { count: number; example: FuzzRequest; note: string }>();
function note(what: string, request: FuzzRequest, more = ""): void {
  const before = found.get(what);
  if (before) before.count++;
  else found.set(what, { count: 1, example: request, note: more });
}

const statuses: Record<number, number> = {};
const times: number[] = [];

async function ask(request: FuzzRequest): Promise<void> {
  const start = performance.now();
  const response = await fetch(given.url + request.path, {
    method: request.method,
    headers: { ...headers, ...(request.type ? { "content-type": request.type } : {}), ...request.headers },
    ...(request.body === null ? {} : { body: request.body }),
    redirect: "manual",
  });
  const text = await response.text();
  const ms = performance.now() - start;
  times.push(ms);
  const { status } = response;
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (status >= 500) note(`${request.operation} answers ${status}`, request, text.slice(0, 200));
  if (ms > Number(given.slow))
    note(`${request.operation} takes more than ${given.slow} ms`, request, `${Math.round(ms)} ms`);
  if (
    status < 200 ||
    status > 299 ||
    !(response.headers.get("content-type") ?? "").includes("application/json")
  )
    return;
  const result = checkOf(request.operation, status)?.safeParse(JSON.parse(text));
  if (result && !result.success)
    note(`${request.operation} ${status} breaks its schema`, request, result.error.message.slice(0, 400));
}

const sources = await makeSources(given.url, headers);
const signed = Math.round(Number(given.requests) * SIGNED_SHARE);
const seed = Number(given.seed);
const requests = [
  ...fc.sample(requestsTo(document, LEFT_OUT), { numRuns: Number(given.requests) - signed, seed }),
  ...fc.sample(signedRequests(sources), { numRuns: signed, seed }),
];
for (const request of requests)
  await ask(request).catch((error) => note(`${request.operation} is not answered`, request, String(error)));

for (const [what, { count, example, note: more }] of found)
  console.log(
    `${count} × ${what}\n  ${example.method} ${example.path} ${example.body?.slice(0, 200) ?? ""}\n  ${more}`,
  );
for (const { name, path, type, body, headers: more } of costlyInputs(sources[0]!)) {
  const start = performance.now();
  const sent = { method: "POST", headers: { ...headers, "content-type": type, ...more }, body };
  const response = await fetch(given.url + path, sent);
  const bytes = (await response.arrayBuffer()).byteLength;
  const ms = Math.round(performance.now() - start);
  console.log(`${name}: ${response.status} in ${ms} ms, an answer of ${bytes} bytes`);
}
times.sort((a, b) => a - b);
const at = (share: number) => Math.round(times[Math.floor(share * (times.length - 1))] ?? 0);
console.log(
  JSON.stringify({
    requests: times.length,
    statuses,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    found: found.size,
  }),
);
