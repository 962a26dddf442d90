import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { DAY_MS } from "../../domain/base/time.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { bootstrap } from "../../services/identity/bootstrap.ts";
import { tokenHash } from "../../services/identity/token.ts";
import { auditOf, fetchRaw, person } from "./back-support.ts";
import { addUser, PASSWORD, postSignIn } from "./identity-support.ts";
import { adminKey, call } from "./support.ts";

describe("signing in", () => {
  it("with the right password opens a session, until signing out ends it", async () => {
    await addUser("ada@shop.test");
    const { status, body, headers } = await postSignIn(" Ada@Shop.test ", PASSWORD);
    expect(status).toBe(200);
    expect(body).toEqual({ id: "usr_ada@shop.test", email: "ada@shop.test", name: "Ada", role: "approver" });
    const [setCookie] = headers.getSetCookie() as [string];
    expect(setCookie).toMatch(/^__Host-pricewright=pws_[0-9a-f]{64}; .*HttpOnly; Secure; SameSite=Lax$/);
    const cookie = setCookie.split(";")[0]!;
    const me = await fetchRaw("/api/auth/me", { headers: { cookie } });
    expect(await me.json()).toEqual({
      kind: "user",
      id: "usr_ada@shop.test",
      secondFactor: false,
      name: "Ada",
      email: "ada@shop.test",
      role: "approver",
      scopes: ["read", "write", "approve"],
    });
    const out = await fetchRaw("/api/auth/sign-out", { method: "POST", headers: { cookie } });
    expect(out.status).toBe(204);
    expect((await fetchRaw("/api/auth/me", { headers: { cookie } })).status).toBe(401);
  });

  it("keeps the hash of the session's token only", async () => {
    await addUser("hashed@shop.test");
    const { headers } = await postSignIn("hashed@shop.test", PASSWORD);
    const token = /pws_[0-9a-f]+/.exec(headers.get("set-cookie")!)![0];
    const ids = await env.DB.prepare("SELECT id FROM sessions").all<{ id: string }>();
    expect(ids.results.map(({ id }) => id)).toContain(tokenHash(token));
    expect(ids.results.map(({ id }) => id)).not.toContain(token);
  });

  it("does not tell a wrong password, an unknown address and a person switched off apart", async () => {
    await addUser("bob@shop.test");
    await addUser("gone@shop.test", 0);
    const answers = await Promise.all([
      postSignIn("bob@shop.test", "wrong horse battery"),
      postSignIn("nobody@shop.test", PASSWORD),
      postSignIn("gone@shop.test", PASSWORD),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual(answers[0].body);
      expect(body.code).toBe("unauthenticated");
    }
  });

  it.each([
    ["no password", { email: "a@b.c" }, "password"],
    ["a field more", { email: "a@b.c", password: "x", admin: true }, "admin"],
    ["a number", { email: 7, password: "x" }, "email"],
  ])("with %s is told which field", async (_, body, path) => {
    const answer = await call<{ errors: { path: string }[] }>("POST", "/api/auth/sign-in", body, {
      authorization: "",
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error) => error.path)).toEqual([path]);
  });
});

describe("a session", () => {
  it("that is over, or of a person switched off, is none", async () => {
    const { cookie } = await person("over@shop.test", "admin");
    const me = async () => (await fetchRaw("/api/auth/me", { headers: { cookie } })).status;
    expect(await me()).toBe(200);
    await env.DB.prepare("UPDATE users SET active = 0 WHERE email = 'over@shop.test'").run();
    expect(await me()).toBe(401);
    await env.DB.prepare("UPDATE users SET active = 1 WHERE email = 'over@shop.test'").run();
    expect(await me()).toBe(200);
    await env.DB.prepare("UPDATE sessions SET expires_at = ?1 WHERE user_id = 'usr_over@shop.test'")
      .bind(Date.now() - DAY_MS)
      .run();
    expect(await me()).toBe(401);
  });

  it.each([
    ["another origin", "https://evil.test", 403],
    ["a sandbox without origin", "null", 403],
    ["its own origin", "https://shop.test", 200],
    ["no browser", undefined, 200],
  ])("changes things from %s: %s, %i", async (name, origin, status) => {
    const admin = await person(`${name.replaceAll(" ", "-")}@shop.test`, "admin");
    const change = { guardrails: { marginMin: 0.05 } };
    const answer = await admin.call("PUT", "/api/settings", change, origin ? { origin } : {});
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.code).toBe("forbidden");
    // reading is harmless: the browser does not hand the answer to the other page
    expect((await admin.call("GET", "/api/settings", undefined, origin ? { origin } : {})).status).toBe(200);
  });

  it("cannot be opened from another origin", async () => {
    await addUser("cross@shop.test");
    expect((await postSignIn("cross@shop.test", PASSWORD, { origin: "https://evil.test" })).status).toBe(403);
    expect((await postSignIn("cross@shop.test", PASSWORD, { origin: "null" })).status).toBe(403);
  });
});

describe("an API key", () => {
  it("works with its scopes until it is revoked", async () => {
    const made = await call<{ id: string; key: string }>("POST", "/api/keys", {
      name: "feed",
      scopes: ["read"],
    });
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^pwk_[0-9a-f]{64}$/);
    const headers = { authorization: `Bearer ${made.body.key}` };
    expect((await call("GET", "/api/auth/me", undefined, headers)).body).toEqual({
      kind: "key",
      id: made.body.id,
      name: "feed",
      scopes: ["read"],
    });
    const refused = await call("POST", "/api/products", { sku: "X" }, headers);
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
    expect((await call("GET", "/api/keys", undefined, headers)).status).toBe(403);
    expect((await call("DELETE", `/api/keys/${made.body.id}`)).status).toBe(204);
    const revoked = await call("GET", "/api/auth/me", undefined, headers);
    expect([revoked.status, revoked.body.code]).toEqual([401, "unauthenticated"]);
    expect((await call("DELETE", `/api/keys/${made.body.id}`)).status).toBe(404);
    expect((await auditOf(made.body.id)).map(({ action }) => action)).toEqual(["key.revoke", "key.create"]);
  });

  it("is listed with its last use, and without what opens anything", async () => {
    const made = await call<{ id: string; key: string }>("POST", "/api/keys", {
      name: "used",
      scopes: ["read"],
    });
    const { id, key } = made.body;
    const mine = async () => {
      const { body } = await call<{ items: Record<string, unknown>[] }>("GET", "/api/keys");
      return body.items.find((item) => item.id === id)!;
    };
    expect(await mine()).not.toHaveProperty("lastUsedAt");
    await call("GET", "/api/products", undefined, { authorization: `Bearer ${key}` });
    const item = await mine();
    expect(item).toHaveProperty("lastUsedAt");
    expect(JSON.stringify(item)).not.toContain(key);
    expect(JSON.stringify(item)).not.toContain(tokenHash(key));
  });

  it.each(["pwk_unknown", "", "x y"])("that nobody knows (%j) is 401 and says how to ask", async (key) => {
    const response = await fetchRaw("/api/products", { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it("with a scope that does not exist is not made", async () => {
    expect((await call("POST", "/api/keys", { name: "x", scopes: ["everything"] })).status).toBe(422);
    expect((await call("POST", "/api/keys", { name: "x", scopes: [] })).status).toBe(422);
  });

  it("has a name of its own, also after it was revoked, and whoever asks first", async () => {
    const make = () => call("POST", "/api/keys", { name: "only-one", scopes: ["read"] });
    const answers = await Promise.all([make(), make(), make()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const made = answers.find(({ status }) => status === 201)!;
    await call("DELETE", `/api/keys/${made.body.id}`);
    expect(await make()).toMatchObject({ status: 409, body: { code: "conflict" } });
  });

  it("ends when it was said to", async () => {
    const end = new Date(Date.now() + 60_000).toISOString();
    const { body } = await call("POST", "/api/keys", { name: "short", scopes: ["read"], expiresAt: end });
    expect(body).toMatchObject({ expiresAt: end });
    const headers = { authorization: `Bearer ${body.key}` };
    expect((await call("GET", "/api/auth/me", undefined, headers)).status).toBe(200);
    await env.DB.prepare("UPDATE api_keys SET expires_at = ?1 WHERE id = ?2").bind(Date.now(), body.id).run();
    expect((await call("GET", "/api/auth/me", undefined, headers)).status).toBe(401);
    const past = { name: "past", scopes: ["read"], expiresAt: "2020-01-01T00:00:00Z" };
    expect((await call("POST", "/api/keys", past)).status).toBe(422);
  });

  it("outweighs a cookie that comes with it", async () => {
    const viewer = await person("viewer-with-key@shop.test", "viewer");
    const headers = { authorization: `Bearer ${await adminKey()}`, cookie: viewer.cookie };
    expect((await call<{ kind: string }>("GET", "/api/auth/me", undefined, headers)).body.kind).toBe("key");
  });
});

describe("a role", () => {
  it.each([
    ["viewer", 403, 403, 403],
    ["analyst", 422, 403, 403],
    ["approver", 422, 404, 403],
    ["admin", 422, 404, 200],
  ] as const)("%s may write, approve, administer: %i, %i, %i", async (role, write, approve, administer) => {
    const { call: as } = await person(`role-${role}@shop.test`, role);
    expect((await as("POST", "/api/products", {})).status).toBe(write);
    expect((await as("POST", "/api/proposals/none/approve", {})).status).toBe(approve);
    expect((await as("GET", "/api/keys")).status).toBe(administer);
  });

  it("is not needed to read a price or the health", async () => {
    expect((await fetchRaw("/api/health")).status).toBe(200);
    expect((await fetchRaw("/api/price/NONE")).status).toBe(404);
    expect((await fetchRaw("/api/products")).status).toBe(401);
  });
});

describe("the first person and key", () => {
  const ctx = () => serviceContext(env, systemActor("bootstrap"));
  const count = (table: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n");

  it("are made on an empty state, once, even by two requests at the same time", async () => {
    await env.DB.batch([env.DB.prepare("DELETE FROM users"), env.DB.prepare("DELETE FROM api_keys")]);
    const first = { admin: "First@shop.test:a:long:password", apiKey: "first-key" };
    await Promise.all([bootstrap(ctx(), first), bootstrap(ctx(), first)]);
    expect([await count("users"), await count("api_keys")]).toEqual([1, 1]);
    const me = await call("GET", "/api/auth/me", undefined, { authorization: "Bearer first-key" });
    expect(me.body).toMatchObject({ name: "bootstrap", scopes: ["admin"] });
    expect((await postSignIn("first@shop.test", "a:long:password")).body).toMatchObject({ role: "admin" });
  });

  it("are not made on a state that has others", async () => {
    await bootstrap(ctx(), { apiKey: "second-key" });
    const me = await call("GET", "/api/auth/me", undefined, { authorization: "Bearer second-key" });
    expect(me.status).toBe(401);
    expect([await count("users"), await count("api_keys")]).toEqual([1, 1]);
  });

  it("need a password of some length, and an address", async () => {
    await env.DB.batch([env.DB.prepare("DELETE FROM users"), env.DB.prepare("DELETE FROM api_keys")]);
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    await bootstrap(ctx(), { admin: "a@b.c:seven77" });
    await bootstrap(ctx(), { admin: "nocolon" });
    expect(told.mock.calls.map(([line]) => line.reason)).toEqual([
      "the first person's password needs 8 characters",
      "BOOTSTRAP_ADMIN is not email:password",
    ]);
    told.mockRestore();
    expect(await count("users")).toBe(0);
  });

  it("that cannot be made keep nothing else from being served", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    await bootstrap(ctx(), { admin: "a@b.c:short", apiKey: "beside-it" });
    told.mockRestore();
    const me = await call("GET", "/api/auth/me", undefined, { authorization: "Bearer beside-it" });
    expect(me.body).toMatchObject({ name: "bootstrap" });
  });
});
