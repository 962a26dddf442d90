import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OpenApiDocument, printClientTypes } from "../../scripts/client-types/print.ts";
import { API_KEY, type Install, newStateDir, ROOT, startInstall } from "../support/install.ts";

const PAGE = `<html><head><title>Lamp</title><script type="application/ld+json">
{"@type":"Product","name":"Lamp","gtin13":"4012345678901","offers":{"@type":"Offer","price":"18.50",
"priceCurrency":"EUR","availability":"https://schema.org/InStock"}}</script></head><body>Lamp</body></html>`;

const state = newStateDir();
let install: Install;
let shop: Server;
let page: string;

beforeAll(async () => {
  install = await startInstall(state.path);
  shop = createServer((_, answer) => void answer.setHeader("content-type", "text/html").end(PAGE));
  await new Promise<void>((ready) => shop.listen(0, "127.0.0.1", ready));
  page = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/lamp`;
  const product = { sku: "LAMP", title: "Lamp", category: "Lamps", price: "20.00", gtin: "4012345678901" };
  await install.api.post("/api/products", product);
});
afterAll(async () => {
  shop?.close();
  await install?.stop();
  state.remove();
});

/** Runs an example as the README does; answers what it printed. */
async function run(command: string, args: string[]): Promise<string> {
  const env = { ...process.env, PRICEWRIGHT_URL: install.url, PRICEWRIGHT_KEY: API_KEY };
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part) => {
      printed += part;
    });
  const code = await new Promise((ended) => child.once("close", ended));
  expect(code, printed).toBe(0);
  return printed;
}

const offers = async () =>
  (
    await install.api.get<{ items: { competitor: string; price: string; availability: string }[] }>(
      "/api/products/LAMP/offers",
    )
  ).items;

it("the example in TypeScript posts what a page shows", async () => {
  const printed = await run(process.execPath, [join(ROOT, "clients/typescript/example.ts"), "nord", page]);
  expect(printed).toContain("accepted: 1");
  expect(await offers()).toMatchObject([{ competitor: "nord", price: "18.50", availability: "in_stock" }]);
});

it.skipIf(spawnSync("python3", ["--version"]).status !== 0)("so does the example in Python", async () => {
  const printed = await run("python3", [join(ROOT, "clients/python/example.py"), "sued", page]);
  expect(printed).toContain("'accepted': 1");
  expect((await offers()).map(({ competitor }) => competitor).toSorted()).toEqual(["nord", "sued"]);
});

it("a receiver in Node verifies what it is sent, gets what it missed once, and refuses what was changed", async () => {
  const received: { headers: Record<string, string>; body: string }[] = [];
  let isDown = true;
  const receiver = createServer(async (request, reply) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (!isDown)
      received.push({
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(parts).toString(),
      });
    reply.writeHead(isDown ? 503 : 204).end();
  });
  await new Promise<void>((ready) => receiver.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const made = { url, types: ["price.*"] };
  const { id, secret, cursor } = await install.api.post<{ id: string; secret: string; cursor: number }>(
    "/api/endpoints",
    made,
  );
  for (const price of ["20.50", "21.00", "20.75"])
    await fetch(`${install.url}/api/products/LAMP/price`, {
      method: "PUT",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ price, reason: "a test of a receiver in Node" }),
    });
  isDown = false;
  await install.api.post(`/api/endpoints/${id}/resend`, { since: cursor });
  await expect.poll(() => received.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
  const verifier = new Webhook(secret);
  const events = received.map(({ headers, body }) => verifier.verify(body, headers) as { seq: number });
  const seqs = events.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
  expect(events).toMatchObject(["20.50", "21.00", "20.75"].map((to) => ({ data: { to } })));
  const [{ headers, body }] = received as [(typeof received)[number]];
  expect(() => verifier.verify(body.replace("20.50", "1.00"), headers)).toThrow();
  receiver.close();
});

it("has the types of the API's description: npm run client:types writes them again", async () => {
  const description = await install.api.get<OpenApiDocument>("/openapi.json");
  const written = readFileSync(join(ROOT, "clients/typescript/api.ts"), "utf8");
  expect(printClientTypes(description)).toBe(written);
});

it("has a name for every JSON body and answer of the API", async () => {
  const { paths, components } = await install.api.get<OpenApiDocument>("/openapi.json");
  const used = Object.values(paths).flatMap((operations) =>
    Object.values(operations).flatMap(({ requestBody, responses = {} }) =>
      [requestBody, ...Object.values(responses)].flatMap((message) => {
        const json = message?.content?.["application/json"];
        return json ? [json.schema?.$ref] : [];
      }),
    ),
  );
  expect(used.length).toBeGreaterThan(250);
  const known = Object.keys(components?.schemas ?? {}).map((name) => `#/components/schemas/${name}`);
  expect(used.filter((name) => !known.includes(name ?? ""))).toEqual([]);
});
