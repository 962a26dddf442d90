import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { ROLE_SCOPES, ROLES, SCOPES, type Scope } from "../../domain/identity/rights.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { createKey } from "../../services/identity/keys.ts";
import { fetchRaw, person } from "./back-support.ts";
import { RIGHTS, type Right } from "./rights-table.ts";

interface Operation {
  security?: object[];
  requestBody?: { content: Record<string, unknown> };
}

interface Caller {
  name: string;
  kind: "nobody" | "person" | "key";
  scopes: readonly Scope[];
  headers: Record<string, string>;
}

let operations: [name: string, operation: Operation][];
let callers: Caller[];

beforeAll(async () => {
  const document = (await (await fetchRaw("/openapi.json")).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );
  const people = await Promise.all(
    ROLES.map(async (role): Promise<Caller> => {
      const { cookie } = await person(`${role}@rights.test`, role);
      return { name: role, kind: "person", scopes: ROLE_SCOPES[role], headers: { cookie } };
    }),
  );
  const keys: Caller[] = [];
  for (const scope of SCOPES) {
    const ctx = serviceContext(env, systemActor("test"));
    const { key } = await createKey(ctx, { name: `only-${scope}`, scopes: [scope] });
    const headers = { authorization: `Bearer ${key}` };
    keys.push({ name: `a key for ${scope}`, kind: "key", scopes: [scope], headers });
  }
  callers = [{ name: "nobody", kind: "nobody", scopes: [], headers: {} }, ...people, ...keys];
});

/** What the table says of a caller: the status of a refusal, or that there is none. */
function expected(right: Right, { kind, scopes }: Caller): "in" | 401 | 403 {
  if (right === "anybody") return "in";
  const holds = (named: readonly string[]) =>
    scopes.some((scope) => named.includes(scope)) || scopes.includes("admin");
  if (kind === "nobody") return 401;
  // in place of a signature a key counts that may ingest; the source that is asked for has none
  if (right === "signature") return kind === "key" && !holds(["ingest"]) ? 403 : 401;
  if (right === "caller") return "in";
  if (right === "person") return kind === "person" ? "in" : 403;
  return holds(right.split(" or ")) ? "in" : 403;
}

/** Asks for something that is not there, with a body that no operation takes: only the rights are at stake. */
async function ask(name: string, { requestBody }: Operation, headers: Record<string, string>) {
  const [method, path] = name.split(" ") as [string, string];
  const shown = path.endsWith("/sign-out") ? {} : headers; // it would end the session that the rest is asked with
  const type = Object.keys(requestBody?.content ?? {})[0];
  const response = await fetchRaw(path.replaceAll(/\{\w+\}/g, "none"), {
    method: method.toUpperCase(),
    headers: { ...shown, ...(type === undefined ? {} : { "content-type": type }) },
    ...(type === undefined ? {} : { body: "[]" }),
  });
  await response.body?.cancel();
  return response.status;
}

it("every operation of the document is in the table, and nothing else", () => {
  expect(operations.map(([name]) => name).sort()).toEqual([...RIGHTS.keys()].sort());
});

it("the document calls open what the table calls open", () => {
  const open = operations.filter(([, { security }]) => security?.length === 0).map(([name]) => name);
  const declared = [...RIGHTS].filter(([, right]) => right === "anybody");
  expect(open.sort()).toEqual(declared.map(([name]) => name).sort());
});

it("every role, every scope of a key and nobody may do what the table says", async () => {
  const wrong: string[] = [];
  for (const [name, operation] of operations)
    for (const caller of callers) {
      const status = await ask(name, operation, caller.headers);
      const answer = status === 401 || status === 403 ? status : "in";
      const right = RIGHTS.get(name);
      if (right !== undefined && answer !== expected(right, caller))
        wrong.push(`${name} by ${caller.name}: ${answer} (${status}), not ${expected(right, caller)}`);
      if (status >= 500) wrong.push(`${name} by ${caller.name}: ${status}`);
    }
  expect(wrong).toEqual([]);
});
