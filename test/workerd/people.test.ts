import { env } from "cloudflare:workers";
import { TOTP } from "otpauth";
import { describe, expect, it } from "vitest";
import { auditOf, fetchRaw, person } from "./back-support.ts";
import { addUser, cookiesOf, deviceOf, PASSWORD, postSignIn } from "./identity-support.ts";
import { call } from "./support.ts";

interface Made {
  id: string;
  status: string;
  invitation: { token: string; url: string; expiresAt: string };
}

const NEW_PASSWORD = "a brand new password";
const anonymous = { authorization: "" };
const accept = (body: object) => call("POST", "/api/auth/accept", body, anonymous);

/** An invited person who has chosen the new password. */
async function join(email: string, role = "analyst"): Promise<string> {
  const { body } = await call<Made>("POST", "/api/users", { email, role });
  const joined = await accept({ token: body.invitation.token, password: NEW_PASSWORD });
  expect(joined.status).toBe(200);
  return body.id;
}

/** A signed-in person, for requests with their cookie. */
async function signedIn(email: string, password = NEW_PASSWORD) {
  const { status, headers } = await postSignIn(email, password);
  expect(status).toBe(200);
  const cookie = cookiesOf(headers);
  return {
    cookie,
    call: <Body = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
      call<Body>(method, path, body, { ...anonymous, cookie }),
  };
}

describe("an invitation", () => {
  it("makes a person who chooses a password once, with its link", async () => {
    const made = await call<Made>("POST", "/api/users", {
      email: "Eve@Shop.test",
      name: "Eve",
      role: "analyst",
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ email: "eve@shop.test", role: "analyst", status: "invited" });
    const { token, url } = made.body.invitation;
    expect(url).toBe(`https://shop.test/join#${token}`);
    expect((await postSignIn("eve@shop.test", "")).status).toBe(422);
    expect((await postSignIn("eve@shop.test", NEW_PASSWORD)).status).toBe(401);
    expect(await call("POST", "/api/auth/link", { token }, anonymous)).toMatchObject({
      ...{ status: 200, body: { kind: "invitation", email: "eve@shop.test", name: "Eve" } },
    });
    const tries = await Promise.all(
      [1, 2, 3].map(() => accept({ token, password: NEW_PASSWORD, name: "Eve B." })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect((await postSignIn("eve@shop.test", NEW_PASSWORD)).body).toMatchObject({ name: "Eve B." });
    const actions = (await auditOf(made.body.id)).map(({ action }) => action);
    expect(actions).toEqual(["sign_in", "user.join", "sign_in.failed", "user.create"]);
  });

  it("is over in a week, and a new one ends the old one", async () => {
    const { body } = await call<Made>("POST", "/api/users", { email: "late@shop.test", role: "viewer" });
    const days = (Date.parse(body.invitation.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 1);
    const again = await call<{ token: string; kind: string }>("POST", `/api/users/${body.id}/link`);
    expect(again).toMatchObject({ status: 201, body: { kind: "invitation" } });
    expect((await accept({ token: body.invitation.token, password: NEW_PASSWORD })).status).toBe(404);
    await env.DB.prepare("UPDATE sign_in_links SET expires_at = ?1").bind(Date.now()).run();
    expect((await accept({ token: again.body.token, password: NEW_PASSWORD })).status).toBe(404);
  });

  it("keeps only its hash, and asks for a fair password without being used up", async () => {
    const { body } = await call<Made>("POST", "/api/users", { email: "pick@shop.test", role: "viewer" });
    const rows = await env.DB.prepare("SELECT hash FROM sign_in_links").all();
    expect(JSON.stringify(rows.results)).not.toContain(body.invitation.token);
    for (const password of ["short77", "aaaaaaaaaa", "pick@shop.test"])
      expect(await accept({ token: body.invitation.token, password })).toMatchObject({
        ...{ status: 422, body: { errors: [{ path: "password" }] } },
      });
    expect((await accept({ token: body.invitation.token, password: NEW_PASSWORD })).status).toBe(200);
  });

  it("is not made for an address that is taken, nor for text that is not an address", async () => {
    const make = (email: string) => call("POST", "/api/users", { email, role: "viewer" });
    const answers = await Promise.all([make("twice@shop.test"), make("TWICE@shop.test")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await make("nonsense")).status).toBe(422);
    expect((await call("POST", "/api/users", { email: "r@shop.test", role: "root" })).status).toBe(422);
  });

  it("is not needed by a person who is made with a password", async () => {
    const body = { email: "direct@shop.test", role: "approver", password: NEW_PASSWORD };
    const made = await call<Made>("POST", "/api/users", body);
    expect(made).toMatchObject({ status: 201, body: { status: "active" } });
    expect(made.body).not.toHaveProperty("invitation");
    expect((await postSignIn("direct@shop.test", NEW_PASSWORD)).body).toMatchObject({ role: "approver" });
  });
});

describe("a reset", () => {
  it("gives a new password, ends all sessions, and lets its browser in while others guess", async () => {
    const id = await join("lost@shop.test");
    const before = await signedIn("lost@shop.test");
    const { body } = await call<{ token: string; kind: string }>("POST", `/api/users/${id}/link`);
    expect(body.kind).toBe("reset");
    expect((await before.call("GET", "/api/auth/me")).status).toBe(200);
    await Promise.all(Array.from({ length: 40 }, () => postSignIn("lost@shop.test", "wrong")));
    const used = await accept({ token: body.token, password: "yet another one", name: "ignored" });
    expect(used.status).toBe(200);
    expect((await before.call("GET", "/api/auth/me")).status).toBe(401);
    const device = { cookie: deviceOf(used.headers) };
    expect((await postSignIn("lost@shop.test", NEW_PASSWORD, device)).status).toBe(401);
    expect((await postSignIn("lost@shop.test", "yet another one", device)).status).toBe(200);
  });
});

describe("a person", () => {
  it("changes the password with the old one; the other sessions end", async () => {
    await join("change@shop.test");
    const here = await signedIn("change@shop.test");
    const there = await signedIn("change@shop.test");
    const change = (current: string, password: string) =>
      here.call("POST", "/api/auth/password", { current, password });
    expect(await change("wrong", "something else")).toMatchObject({
      ...{ status: 422, body: { errors: [{ path: "current" }] } },
    });
    expect(await change(NEW_PASSWORD, "short77")).toMatchObject({ status: 422 });
    expect((await change(NEW_PASSWORD, "something else")).status).toBe(204);
    expect((await here.call("GET", "/api/auth/me")).status).toBe(200);
    expect((await there.call("GET", "/api/auth/me")).status).toBe(401);
    await signedIn("change@shop.test", "something else");
  });

  it("whose role changes has the new rights at once; who is deactivated has none", async () => {
    await join("stays@shop.test", "admin");
    const id = await join("demoted@shop.test", "admin");
    const session = await signedIn("demoted@shop.test");
    expect((await session.call("GET", "/api/users")).status).toBe(200);
    expect((await call("PATCH", `/api/users/${id}`, { role: "viewer" })).body).toMatchObject({
      role: "viewer",
    });
    expect((await session.call("GET", "/api/users")).status).toBe(403);
    expect((await session.call("GET", "/api/products")).status).toBe(200);
    expect((await call("PATCH", "/api/users", { id, active: false })).body).toMatchObject({
      status: "deactivated",
    });
    expect((await session.call("GET", "/api/products")).status).toBe(401);
    expect((await postSignIn("demoted@shop.test", NEW_PASSWORD)).status).toBe(401);
    await call("PATCH", `/api/users/${id}`, { active: true });
    expect((await session.call("GET", "/api/products")).status).toBe(401);
    await signedIn("demoted@shop.test");
    const [last] = (await auditOf(id)).filter(({ action }) => action === "user.change");
    expect(last!.detail).toMatchObject({ before: { active: false }, after: { active: true } });
  });

  it("who is the last administrator stays one", async () => {
    await env.DB.prepare("UPDATE users SET role = 'viewer'").run();
    const one = await join("one-admin@shop.test", "admin");
    const two = await join("two-admin@shop.test", "admin");
    const answers = await Promise.all(
      [one, two].map((id) => call("PATCH", `/api/users/${id}`, { role: "viewer" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("is found by address or name, a page at a time, without what opens anything", async () => {
    await addUser("find-1@list.test");
    await addUser("find-2@list.test");
    type List = { items: { email: string }[]; nextCursor: string; total: number };
    const first = await call<List>("GET", "/api/users?q=list.test&limit=1");
    expect(first.body).toMatchObject({
      total: 2,
      items: [{ email: "find-1@list.test", secondFactor: false }],
    });
    const rest = await call<List>("GET", `/api/users?q=list.test&cursor=${first.body.nextCursor}`);
    expect(rest.body.items.map(({ email }) => email)).toEqual(["find-2@list.test"]);
    expect((await call<List>("GET", "/api/users?q=%25")).body.total).toBe(0);
    expect(JSON.stringify(first.body)).not.toContain("scrypt");
  });
});

describe("sessions", () => {
  it("are listed with their browser, and ended one by one or all but this", async () => {
    await addUser("many@shop.test");
    const open = async (agent: string) =>
      cookiesOf((await postSignIn("many@shop.test", PASSWORD, { "user-agent": agent })).headers);
    const [one, two, three] = [await open("One"), await open("Two"), await open("Three")];
    const as = (cookie: string) => (method: string, path: string) =>
      call<{ items: { id: string; agent: string; current: boolean }[] }>(method, path, undefined, {
        ...anonymous,
        cookie,
      });
    const { items } = (await as(one)("GET", "/api/sessions")).body;
    expect(items.map(({ agent, current }) => [agent, current]).sort()).toEqual([
      ["One", true],
      ["Three", false],
      ["Two", false],
    ]);
    const second = items.find(({ agent }) => agent === "Two")!;
    expect((await as(one)("DELETE", `/api/sessions/${second.id}`)).status).toBe(204);
    expect((await as(two)("GET", "/api/auth/me")).status).toBe(401);
    expect((await as(one)("DELETE", "/api/sessions")).status).toBe(204);
    expect((await as(three)("GET", "/api/auth/me")).status).toBe(401);
    expect((await as(one)("GET", "/api/auth/me")).status).toBe(200);
  });

  it("of others are an administrator's to see and to end", async () => {
    const id = await addUser("other@shop.test");
    const session = await signedIn("other@shop.test", PASSWORD);
    const curious = await person("curious@shop.test", "approver");
    expect((await curious.call("GET", `/api/sessions?userId=${id}`)).status).toBe(403);
    const { items } = (await call<{ items: { id: string }[] }>("GET", `/api/sessions?userId=${id}`)).body;
    expect((await curious.call("DELETE", `/api/sessions/${items[0]!.id}`)).status).toBe(404);
    expect((await call("DELETE", `/api/sessions/${items[0]!.id}`)).status).toBe(204);
    expect((await session.call("GET", "/api/auth/me")).status).toBe(401);
  });
});

describe("a second factor", () => {
  it("is asked for, counts once per code, and is replaced by recovery codes", async () => {
    await addUser("totp@shop.test");
    const session = await signedIn("totp@shop.test", PASSWORD);
    const begin = (password: string) => session.call("POST", "/api/auth/second-factor", { password });
    expect((await begin("wrong")).status).toBe(422);
    const secret = String((await begin(PASSWORD)).body.secret);
    const codeAt = (ms: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + ms });
    const confirm = (code: string) => session.call("POST", "/api/auth/second-factor/confirm", { code });
    expect((await confirm("abcdef")).status).toBe(422);
    const on = await confirm(codeAt(-30_000));
    expect(on.status).toBe(200);
    expect((await begin(PASSWORD)).status).toBe(409);
    const enter = (code?: string) => postSignIn("totp@shop.test", PASSWORD, { cookie: session.cookie }, code);
    expect(await enter()).toMatchObject({ status: 401, body: { code: "second_factor_required" } });
    // the code that switched it on was used; the next one counts once, whoever sends it at the same instant
    expect((await enter(codeAt(-30_000))).status).toBe(401);
    const code = codeAt(30_000);
    const both = await Promise.all([enter(code), enter(code)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const [recovery] = on.body.recoveryCodes as string[];
    expect((await enter(recovery!.toUpperCase().replace("-", " "))).status).toBe(200);
    expect((await enter(recovery)).status).toBe(401);
    expect((await enter("00000-00000")).status).toBe(401);
  });

  it("is switched off by its person with the password, or by an administrator", async () => {
    const id = await addUser("off@shop.test");
    const session = await signedIn("off@shop.test", PASSWORD);
    const turnOn = async () => {
      const { body } = await session.call("POST", "/api/auth/second-factor", { password: PASSWORD });
      const code = new TOTP({ secret: String(body.secret) }).generate();
      expect((await session.call("POST", "/api/auth/second-factor/confirm", { code })).status).toBe(200);
    };
    await turnOn();
    expect((await session.call("POST", "/api/auth/second-factor/off", { password: "wrong" })).status).toBe(
      422,
    );
    expect((await session.call("POST", "/api/auth/second-factor/off", { password: PASSWORD })).status).toBe(
      204,
    );
    await turnOn();
    expect((await call("PATCH", `/api/users/${id}`, { secondFactor: false })).body).toMatchObject({
      secondFactor: false,
    });
    expect((await postSignIn("off@shop.test", PASSWORD)).status).toBe(200);
  });
});

it("what opens a session is never in the audit", async () => {
  const response = await fetchRaw("/api/audit?limit=500", {
    headers: { cookie: (await person("auditor@shop.test", "admin")).cookie },
  });
  expect(await response.text()).not.toMatch(/pw[slkd]_[0-9a-f]{10}|scrypt\$/);
});
