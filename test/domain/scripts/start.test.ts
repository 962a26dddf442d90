import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAppStale } from "../../../scripts/start/app-build.ts";
import { BadEnvironment, readEnvironment } from "../../../scripts/start/environment.ts";
import { takeLock } from "../../../scripts/start/lock.ts";
import { descendants, endAll, identify, isAlive } from "../../../scripts/start/processes.ts";
import { dueTriggers, untilNextMinute } from "../../../scripts/start/scheduler.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pricewright-start-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("readEnvironment", () => {
  it("has a default for everything", () => {
    expect(readEnvironment({})).toEqual({
      install: "pricewright",
      port: 8787,
      stateDir: resolve(".wrangler/state"),
      demo: true,
      scheduler: true,
      limits: "on",
      apiKey: null,
      admin: null,
      skuShards: null,
    });
  });
  it("keeps a password that contains a colon", () => {
    expect(readEnvironment({ BOOTSTRAP_ADMIN: "a@b.example:c:d:e:fg", DEMO: "off" })).toMatchObject({
      admin: "a@b.example:c:d:e:fg",
      demo: false,
    });
  });
  it.each([
    { PORT: "web" },
    { PORT: "70000" },
    { BOOTSTRAP_ADMIN: "a@b.example" },
    { BOOTSTRAP_ADMIN: "root:x" },
    { BOOTSTRAP_ADMIN: "a@b.example:seven77" },
  ])("refuses %j", (env) => {
    expect(() => readEnvironment(env)).toThrow(BadEnvironment);
  });
});

describe("the local scheduler", () => {
  it.each([
    ["2026-03-01T10:07:00Z", ["* * * * *"]],
    ["2026-03-01T10:00:00Z", ["* * * * *", "0 * * * *"]],
    ["2026-03-01T02:00:30Z", ["* * * * *", "0 * * * *", "0 2 * * *"]],
  ])("at %s fires %j", (at, due) => {
    expect(dueTriggers(Date.parse(at))).toEqual(due);
  });
  it("waits for the next full minute", () => {
    expect(untilNextMinute(60_000)).toBe(60_000);
    expect(untilNextMinute(119_999)).toBe(1);
  });
});

describe("takeLock", () => {
  it("refuses a second start while the first lives, and not after it released", async () => {
    const lock = await takeLock(folder);
    await expect(takeLock(folder, 0)).rejects.toThrow(`already runs on ${folder} (process ${process.pid})`);
    lock.release();
    (await takeLock(folder, 0)).release();
  });
  it("takes over from a dead owner and ends what it left running", async () => {
    const left = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const ended = new Promise((done) => left.once("exit", (_code, signal) => done(signal)));
    const gone = { pid: 2 ** 22 + 1, began: "1" };
    const children = [identify(left.pid!)];
    writeFileSync(join(folder, "pricewright.lock"), JSON.stringify({ owner: gone, children }));
    (await takeLock(folder, 0)).release();
    expect(await ended).toBe("SIGKILL");
  });
  it("takes a pid that was given to another process for a dead owner", async () => {
    const owner = { pid: process.pid, began: "long ago" };
    writeFileSync(join(folder, "pricewright.lock"), JSON.stringify({ owner, children: [] }));
    (await takeLock(folder, 0)).release();
  });
});

describe("processes", () => {
  it("are found below their parent, and distinguished from later ones by the time they began", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const ended = new Promise((done) => child.once("exit", done));
    const known = descendants(process.pid).find(({ pid }) => pid === child.pid)!;
    expect(isAlive(known)).toBe(true);
    expect(isAlive({ ...known, began: "another time" })).toBe(false);
    endAll([{ ...known, began: "another time" }]);
    expect(isAlive(known)).toBe(true);
    endAll([known]);
    await ended;
    expect(isAlive(known)).toBe(false);
  });
});

describe("isAppStale", () => {
  const touch = (path: string, seconds: number) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), "");
    utimesSync(join(folder, path), seconds, seconds);
    utimesSync(join(folder, path, ".."), 1, 1);
  };
  it("asks for a build when there is none, and when a source is newer", () => {
    touch("app/src/main.tsx", 100);
    expect(isAppStale(folder)).toBe(true);
    touch("app/dist/index.html", 200);
    expect(isAppStale(folder)).toBe(false);
    touch("domain/money/parse.ts", 300);
    expect(isAppStale(folder)).toBe(true);
  });
});
