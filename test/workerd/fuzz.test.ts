import fc from "fast-check";
import { expect, it } from "vitest";
import { type FuzzRequest, type OpenApi, requestsTo } from "../../bench/fuzz/requests.ts";
import { fetchRaw } from "./back-support.ts";
import { adminKey } from "./support.ts";

it("no request, by the schema or off it, makes us fail", async () => {
  const document = (await (await fetchRaw("/openapi.json")).json()) as OpenApi;
  const authorization = `Bearer ${await adminKey()}`;
  const ask = async ({ method, path, type, body }: FuzzRequest) => {
    const headers = { authorization, ...(type ? { "content-type": type } : {}) };
    const response = await fetchRaw(path, { method, headers, ...(body === null ? {} : { body }) });
    await response.body?.cancel();
    return response.status;
  };
  for (const request of fc.sample(requestsTo(document, ["get /api/live"]), { numRuns: 200, seed: 7 }))
    expect(await ask(request), JSON.stringify(request)).toBeLessThan(500);
});
