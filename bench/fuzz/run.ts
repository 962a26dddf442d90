import { parseArgs } from "node:util";
import fc from "fast-check";
import { z } from "zod";
import { costlyInputs } from "./costly.ts";
import { type Timed, timed, workedBy } from "./held.ts";
import { makeSources, signedRequests } from "./hooks.ts";
import { type FuzzRequest, type OpenApi, requestsTo, type Schema } from "./requests.ts";

const { values: given } = parseArgs({
  options: {
    url: { type: "string", default: "http://localhost:8787" },
    key: { type: "string" },
    requests: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    held: { type: "string", default: "500" },
    // of the process `workerd`: what it is held is then told by its own work, on a machine that does other things too
    pid: { type: "string" },
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

/** What breaks the promise of the contract, and what is only told: a request may wait longer than it holds the Worker. */
const counts = { failed: 0, offSchema: 0, holding: 0, slow: 0 };
const HELD_MS = Number(given.held);
/** One that seems to hold the Worker is asked again: a busy machine holds it too. */
const ASKED_AGAIN = 2;
const statuses: Record<number, number> = {};
const times: number[] = [];
const heldTimes: number[] = [];

/** An address that the Worker itself refuses, without a look into the database. */
const askBeside = async () => (await fetch(`${given.url}/api/nothing`)).arrayBuffer();

const clock = given.pid === undefined ? undefined : workedBy(given.pid);

const send = (request: FuzzRequest) => async () => {
  const response = await fetch(given.url + request.path, {
    method: request.method,
    headers: { ...headers, ...(request.type ? { "content-type": request.type } : {}), ...request.headers },
    ...(request.body === null ? {} : { body: request.body }),
    redirect: "manual",
  });
  return { response, text: await response.text() };
};

/** The least time of a request that was sent several times, where its first seems to hold the Worker. */
async function again(request: FuzzRequest, first: Timed): Promise<Timed> {
  let { ms, held } = first;
  for (let tries = 0; held > HELD_MS && tries < ASKED_AGAIN; tries++) {
    const next = await timed(send(request), askBeside, clock);
    ms = Math.min(ms, next.ms);
    held = Math.min(held, next.held);
  }
  return { ms, held };
}

async function ask(request: FuzzRequest): Promise<void> {
  const { answer, ...first } = await timed(send(request), askBeside, clock);
  const { response, text } = answer;
  const { ms, held } = await again(request, first);
  times.push(ms);
  heldTimes.push(held);
  const { status } = response;
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (status >= 500) {
    counts.failed++;
    note(`${request.operation} answers ${status}`, request, text.slice(0, 200));
  }
  const told = `${Math.round(ms)} ms, of which it holds the Worker at most ${Math.round(held)}`;
  if (held > HELD_MS) {
    counts.holding++;
    note(`${request.operation} holds the Worker for more than ${HELD_MS} ms`, request, told);
  } else if (ms > HELD_MS) {
    counts.slow++;
    note(`${request.operation} is answered after more than ${HELD_MS} ms`, request, told);
  }
  if (
    status < 200 ||
    status > 299 ||
    !(response.headers.get("content-type") ?? "").includes("application/json")
  )
    return;
  const result = checkOf(request.operation, status)?.safeParse(JSON.parse(text));
  if (!result || result.success) return;
  counts.offSchema++;
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
  await ask(request).catch((error) => {
    counts.failed++;
    note(`${request.operation} is not answered`, request, String(error));
  });
for (const [what, { count, example, note: more }] of found)
  console.log(
    `${count} × ${what}\n  ${example.method} ${example.path} ${example.body?.slice(0, 200) ?? ""}\n  ${more}`,
  );

let costliest = 0;
for (const { name, path, type, body, headers: more } of costlyInputs(sources[0]!)) {
  const request = { operation: name, method: "POST", path, type, body, ...(more && { headers: more }) };
  const { answer, ...first } = await timed(send(request), askBeside, clock);
  const { ms, held } = await again(request, first);
  costliest = Math.max(costliest, held);
  console.log(
    `${name}: ${answer.response.status} in ${Math.round(ms)} ms, of which it holds the Worker at most ${Math.round(held)}, ` +
      `an answer of ${answer.text.length} characters`,
  );
}

const at = (numbers: readonly number[], share: number) =>
  Math.round(numbers.toSorted((a, b) => a - b)[Math.floor(share * (numbers.length - 1))] ?? 0);
const quantiles = (numbers: readonly number[]) => ({
  ...{ p50: at(numbers, 0.5), p99: at(numbers, 0.99), max: at(numbers, 1) },
});
console.log(
  JSON.stringify({
    requests: times.length,
    statuses,
    ms: quantiles(times),
    held: quantiles(heldTimes),
    ...counts,
  }),
);
const gates = [
  { name: "answers 5xx, or none", value: counts.failed, limit: 0 },
  { name: "answers 2xx off their schema", value: counts.offSchema, limit: 0 },
  { name: "longest that a request holds the Worker, ms", value: at(heldTimes, 1), limit: HELD_MS },
  { name: "the same of the inputs that cost the most, ms", value: Math.round(costliest), limit: HELD_MS },
];
for (const { name, value, limit } of gates)
  console.log(`${value <= limit ? "holds" : "FAILS"}  ${name}: ${value} (at most ${limit})`);
if (gates.some(({ value, limit }) => value > limit)) process.exitCode = 1;
