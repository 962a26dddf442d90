import { describe, expect, test } from "vitest";
import { Bench, HOUR, MINUTE, NOW } from "./fixtures.ts";

describe("a signal", () => {
  const undercut = () => {
    const bench = new Bench();
    bench.see({ price: 9000 });
    return bench;
  };
  const at = (bench: Bench, minutes: number, price: number) => {
    bench.now = NOW + minutes * MINUTE;
    bench.see({ price, observedAt: bench.now });
    return bench.signal("UNDERCUT");
  };
  const notice = (bench: Bench) => bench.signal("UNDERCUT")?.notice;

  test("notifies when it opens, when it has become worse by a step, and after a day", () => {
    const bench = undercut();
    expect(notice(bench)).toEqual({ at: NOW, why: "opened", severity: 0.333 });
    at(bench, 5, 8800);
    expect(notice(bench)?.why).toBe("opened");
    at(bench, 10, 8700);
    expect(notice(bench)).toEqual({ at: NOW + 10 * MINUTE, why: "worse", severity: 0.533 });
    at(bench, 15, 9000);
    at(bench, 20, 8700);
    at(bench, 25, 8700);
    expect(notice(bench)?.at).toBe(NOW + 10 * MINUTE);
    const version = bench.signal("UNDERCUT")?.version;
    at(bench, 9 + 24 * 60, 8700);
    expect(bench.signal("UNDERCUT")?.version).toBe(version);
    at(bench, 10 + 24 * 60, 8700);
    expect(notice(bench)).toMatchObject({ at: NOW + 10 * MINUTE + 24 * HOUR, why: "reminder" });
  });

  test("notifies nobody when it reopens within the cool-down", () => {
    const bench = undercut();
    at(bench, 5, 9800);
    bench.now = NOW + 65 * MINUTE;
    expect(bench.signal("UNDERCUT")?.status).toBe("resolved");
    expect(at(bench, 120, 9000)).toMatchObject({ status: "open", notice: { at: NOW } });
  });

  test("that is too uncertain opens, but notifies nobody until it is certain enough", () => {
    const bench = new Bench();
    bench.see({ competitor: "beta" });
    bench.see({ price: 9000, observedAt: NOW - 23 * HOUR });
    expect(bench.signal("UNDERCUT")).toMatchObject({ status: "open", confidence: 0.268 });
    expect(notice(bench)).toBeUndefined();
    bench.see({ price: 9000, observedAt: NOW });
    expect(notice(bench)).toMatchObject({ at: NOW, why: "opened" });
  });

  test("beyond the twentieth open one of a SKU opens without a notice", () => {
    const bench = new Bench();
    for (let i = 0; i < 25; i++) bench.see({ competitor: `c${i}`, price: 9000 });
    const open = bench.signals().filter(({ status }) => status === "open");
    expect(open.filter(({ type }) => type === "UNDERCUT")).toHaveLength(25);
    expect(open.filter((one) => one.notice !== undefined)).toHaveLength(20);
  });
});
