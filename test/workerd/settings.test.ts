import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { auditOf, importProducts, person } from "./back-support.ts";
import { call } from "./support.ts";

interface SettingsBody {
  version: number;
  currency: string;
  timeZone: string;
  nightAt: string;
  signals: Record<string, number>;
  guardrails: Record<string, number | boolean>;
  code: string;
  errors: { path: string; code: string }[];
}

const read = async () => (await call<SettingsBody>("GET", "/api/settings")).body;
const change = (body: unknown) => call<SettingsBody>("PUT", "/api/settings", body);

describe("settings", () => {
  it("of a fresh install are the defaults, version 0", async () => {
    expect(await read()).toMatchObject({ version: 0, currency: "EUR", timeZone: "UTC", nightAt: "02:00" });
  });

  it("keep what a change leaves out, and count their versions", async () => {
    const before = await read();
    const first = await change({ signals: { undercut: 0.1 }, timeZone: "Europe/Berlin" });
    expect(first.status).toBe(200);
    expect(first.body.version).toBe(before.version + 1);
    const second = await change({ guardrails: { maxStep: 0.2 } });
    expect(second.body).toEqual({
      ...before,
      version: before.version + 2,
      timeZone: "Europe/Berlin",
      signals: { ...before.signals, undercut: 0.1 },
      guardrails: { ...before.guardrails, maxStep: 0.2 },
    });
    expect(await read()).toEqual(second.body);
  });

  it("are audited with who changed what", async () => {
    const admin = await person("settings@shop.test", "admin");
    await admin.call("PUT", "/api/settings", { nightAt: "03:15" });
    const { version } = await read();
    expect((await auditOf("settings"))[0]).toMatchObject({
      action: "settings.change",
      actor: "user:settings@shop.test",
      detail: { version, before: { nightAt: "02:00" }, after: { nightAt: "03:15" } },
    });
    const rows = await env.DB.prepare("SELECT actor FROM settings WHERE version = ?1")
      .bind(version)
      .first("actor");
    expect(rows).toBe("user:settings@shop.test");
  });

  it("changed by two at the same instant hold both changes", async () => {
    const before = await read();
    const answers = await Promise.all([
      change({ signals: { abruptDrop: 0.33 } }),
      change({ signals: { abruptIncrease: 0.44 } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const after = await read();
    expect(after.version).toBe(before.version + 2);
    expect(after.signals).toMatchObject({ abruptDrop: 0.33, abruptIncrease: 0.44 });
  });

  it("hold for what comes after: products without a currency get the new one", async () => {
    await change({ currency: "USD" });
    await importProducts([{ sku: "SET-USD", title: "a", category: "b", price: 1 }]);
    expect((await call("GET", "/api/products/SET-USD")).body).toMatchObject({ currency: "USD" });
    await change({ currency: "EUR" });
  });

  it.each([
    ["a time zone that is none", { timeZone: "Mars/Olympus" }, "timeZone"],
    ["an unknown field", { colour: "red" }, "colour"],
    ["an unknown field of a group", { guardrails: { colour: "red" } }, "guardrails.colour"],
    ["a share above one", { signals: { undercut: 2 } }, "signals.undercut"],
    ["a currency that is none", { currency: "XYZ" }, "currency"],
    ["an hour that is none", { nightAt: "24:00" }, "nightAt"],
    ["a version that is no number", { version: "1" }, "version"],
  ])("refuse %s, and stay as they are", async (_, body, path) => {
    const before = await read();
    const answer = await change(body);
    expect([answer.status, answer.body.code]).toEqual([422, "invalid"]);
    expect(answer.body.errors.map((error) => error.path)).toEqual([path]);
    expect(await read()).toEqual(before);
  });

  it("may be sent back as they were read, unless somebody changed them meanwhile", async () => {
    const before = await read();
    const answer = await change({ ...before, nightAt: "03:15" });
    expect([answer.status, answer.body]).toEqual([
      200,
      { ...before, nightAt: "03:15", version: before.version + 1 },
    ]);
    const late = await change({ ...before, nightAt: "04:15" });
    expect([late.status, late.body.code]).toEqual([409, "conflict"]);
    expect(await read()).toEqual(answer.body);
  });

  it("are read by all who may read, and changed by admins only", async () => {
    const viewer = await person("settings-viewer@shop.test", "viewer");
    expect((await viewer.call("GET", "/api/settings")).status).toBe(200);
    const approver = await person("settings-approver@shop.test", "approver");
    expect((await approver.call("PUT", "/api/settings", {})).status).toBe(403);
  });
});
