import { describe, expect, test } from "vitest";
import type { ObservationRow, OurSide } from "../../../domain/messages/shard.ts";
import { Bench, chunkOf, HOUR, MINUTE, NOW, ours, SETTINGS, seen } from "./fixtures.ts";

describe("what opens a signal", () => {
  test.each<[string, Partial<ObservationRow>, Partial<OurSide>, string[]]>([
    ["5 % below is not more than 5 %", { price: 9500 }, {}, []],
    ["a cent more is", { price: 9499 }, {}, ["UNDERCUT alpha"]],
    ["5 % above is not more than 5 %", { price: 10_500 }, {}, []],
    ["a cent more is room to raise", { price: 10_501 }, {}, ["OVERPRICED alpha"]],
    [
      "out of stock, however cheap",
      { price: 5000, availability: "out_of_stock" },
      {},
      ["COMPETITOR_STOCKOUT alpha"],
    ],
    [
      "an unknown availability counts as in stock",
      { price: 9000, availability: "unknown" },
      {},
      ["UNDERCUT alpha"],
    ],
    ["a pre-order is neither in stock nor out", { price: 9000, availability: "preorder" }, {}, []],
    ["not while we are out of stock", { price: 9000 }, { stock: 0 }, ["LOW_INVENTORY"]],
    ["our stock known", { price: 9000 }, { stock: 300 }, ["UNDERCUT alpha"]],
    ["not for an inactive product", { price: 9000 }, { active: false }, []],
    ["a landed price counts", { price: 9000, landedPrice: 9900 }, {}, []],
    ["one offer: 15 % above it", { price: 8696 }, {}, ["UNDERCUT alpha"]],
    ["one offer: at 15 % above", { price: 8695 }, {}, ["ABOVE_MARKET", "UNDERCUT alpha"]],
    ["10 % below the cheapest", { price: 11_112 }, {}, ["BELOW_MARKET", "OVERPRICED alpha"]],
    ["just not", { price: 11_111 }, {}, ["OVERPRICED alpha"]],
    ["23 h old decides", { price: 9000, observedAt: NOW - 23 * HOUR }, {}, ["UNDERCUT alpha"]],
    ["25 h old decides nothing", { price: 9000, observedAt: NOW - 25 * HOUR }, {}, []],
  ])("%s", (_, observation, side, open) => {
    const bench = new Bench();
    bench.ours = ours(side);
    bench.see(observation);
    expect(bench.open()).toEqual(open);
  });

  test.each<[string, number, number, string[]]>([
    ["a rise of 10 %", 11_000, 1, ["ABRUPT_INCREASE alpha", "OVERPRICED alpha"]],
    ["a cent less", 10_999, 1, ["OVERPRICED alpha"]],
    ["a fall of 15 %", 8500, 1, ["ABOVE_MARKET", "ABRUPT_DROP alpha", "UNDERCUT alpha"]],
    ["a cent less", 8501, 1, ["ABOVE_MARKET", "UNDERCUT alpha"]],
    ["the low is 24 h old", 11_000, 24, ["ABRUPT_INCREASE alpha", "OVERPRICED alpha"]],
    ["the low is older", 11_000, 25, ["OVERPRICED alpha"]],
  ])("from 100.00: %s, %d after %d h", (_, price, hours, open) => {
    const bench = new Bench();
    bench.now = NOW - hours * HOUR;
    bench.see({ observedAt: NOW - hours * HOUR });
    bench.now = NOW;
    bench.see({ price });
    expect(bench.open()).toEqual(open);
  });

  test("the rise is counted from the low of the day, not from the last price", () => {
    const bench = new Bench();
    for (const [i, price] of [10_000, 10_400, 10_800, 11_000].entries())
      bench.see({ price, observedAt: NOW - (4 - i) * HOUR });
    expect(bench.open()).toContain("ABRUPT_INCREASE alpha");
    expect(bench.signal("ABRUPT_INCREASE")?.evidence).toMatchObject({
      oldPrice: "108.00",
      newPrice: "110.00",
      ourPrice: "100.00",
      changePct: 10,
      gapPct: -9.09,
    });
  });

  test("the median of the market, without stale and unbuyable offers", () => {
    const bench = new Bench();
    bench.see({ competitor: "stale", price: 5000, observedAt: NOW - 30 * HOUR });
    bench.see({ competitor: "gone", price: 5000, availability: "out_of_stock" });
    bench.see({ competitor: "alpha", price: 9600 });
    bench.see({ competitor: "beta", price: 8600 });
    expect(bench.open()).not.toContain("ABOVE_MARKET");
    bench.see({ competitor: "beta", price: 8580, observedAt: NOW + 1 });
    expect(bench.signal("ABOVE_MARKET")).toMatchObject({
      competitor: null,
      evidence: { marketPrice: "90.90", ourPrice: "100.00", offers: 2 },
    });
  });

  test("a competitor that comes back", () => {
    const bench = new Bench();
    bench.see({ availability: "out_of_stock", observedAt: NOW - 2 * HOUR });
    bench.see({ observedAt: NOW - HOUR });
    expect(bench.open()).toEqual(["COMPETITOR_BACK alpha"]);
    bench.now = NOW + 25 * HOUR;
    bench.see({ observedAt: NOW + 22 * HOUR + 30 * MINUTE });
    expect(bench.open()).toEqual([]);
  });

  test("a price war takes two rivals with two cuts each", () => {
    const bench = new Bench();
    const cut = (competitor: string, price: number, hours: number) =>
      bench.see({ competitor, price, observedAt: NOW - hours * HOUR });
    cut("alpha", 10_000, 50);
    cut("beta", 10_000, 50);
    cut("alpha", 9900, 40);
    cut("beta", 9800, 30);
    cut("alpha", 9700, 20);
    expect(bench.open()).not.toContain("PRICE_WAR");
    cut("beta", 9501, 10);
    expect(bench.open()).not.toContain("PRICE_WAR");
    cut("beta", 9500, 9);
    expect(bench.signal("PRICE_WAR")).toMatchObject({ status: "open", evidence: { rivals: 2 } });
  });

  test("who is first seen in the middle of a price war neither starts nor ends it", () => {
    const bench = new Bench();
    for (const [i, price] of [10_000, 9700, 9400].entries())
      for (const competitor of ["alpha", "beta"])
        bench.see({ competitor, price, observedAt: NOW - (9 - i) * HOUR });
    const before = bench.signal("PRICE_WAR");
    expect(before?.message).toContain("the cheapest fell by 6.00 %");
    bench.see({ competitor: "new", price: 9000 });
    expect(bench.signal("PRICE_WAR")?.message).toBe(before?.message);
    const calm = new Bench();
    calm.see({ competitor: "old", price: 8900, observedAt: NOW - 10 * HOUR });
    for (const [i, price] of [10_000, 9700, 9400].entries())
      for (const competitor of ["alpha", "beta"])
        calm.see({ competitor, price, observedAt: NOW - (9 - i) * HOUR });
    expect(calm.open()).not.toContain("PRICE_WAR");
  });

  test("a price war goes on until 72 h have passed without a cut", () => {
    const bench = new Bench();
    const see = (competitor: string, price: number, hours: number) => {
      bench.now = NOW + hours * HOUR;
      bench.see({ competitor, price, observedAt: bench.now });
    };
    for (const [i, price] of [10_000, 9700, 9400].entries()) see("alpha", price, i);
    for (const [i, price] of [10_000, 9650, 9300].entries()) see("beta", price, 3 + i);
    expect(bench.signal("PRICE_WAR")?.status).toBe("open");
    // alpha's cuts leave the window one by one, beta's last one is at 5 h
    for (let hours = 6; hours <= 76; hours += 2) {
      see("alpha", 9400, hours);
      see("beta", 9300, hours);
      expect(bench.signal("PRICE_WAR")?.status).toBe("open");
    }
    for (let hours = 78; hours <= 80; hours += 1) {
      see("alpha", 9400, hours);
      see("beta", 9300, hours);
    }
    expect(bench.open()).not.toContain("PRICE_WAR");
  });

  test.each<[string, [who: "us" | "alpha", price: number][], boolean]>([
    [
      "three cuts in turn",
      [
        ["alpha", 9900],
        ["us", 9800],
        ["alpha", 9700],
      ],
      true,
    ],
    [
      "two",
      [
        ["alpha", 9900],
        ["us", 9800],
      ],
      false,
    ],
    [
      "three, two of them ours",
      [
        ["us", 9950],
        ["alpha", 9900],
        ["us", 9800],
      ],
      true,
    ],
    [
      "matching is no undercutting",
      [
        ["alpha", 9900],
        ["us", 9900],
        ["alpha", 9900],
      ],
      false,
    ],
    [
      "nor is a cut that stays above",
      [
        ["alpha", 9900],
        ["us", 9950],
        ["alpha", 9800],
      ],
      false,
    ],
    [
      "a rise in between begins anew",
      [
        ["alpha", 9900],
        ["us", 9800],
        ["us", 10_500],
        ["us", 9700],
      ],
      false,
    ],
    [
      "the competitor alone",
      [
        ["alpha", 9900],
        ["alpha", 9800],
        ["alpha", 9700],
      ],
      false,
    ],
  ])("undercutting each other: %s", (_, steps, isWar) => {
    const bench = new Bench();
    bench.see({ price: 10_000 });
    for (const [who, price] of steps) {
      bench.now += HOUR;
      if (who === "us") bench.ours = ours({ price, version: bench.ours.version + 1 });
      else bench.see({ price, observedAt: bench.now });
      bench.signals();
    }
    expect(bench.open().includes("PRICE_WAR")).toBe(isWar);
    if (isWar)
      expect(bench.signal("PRICE_WAR")).toMatchObject({
        severity: 0.5,
        evidence: { rounds: 3, rival: "alpha" },
        message: expect.stringMatching(
          /^We and alpha undercut each other 3 times .*another round costs both\.$/,
        ),
      });
  });

  test("rounds of the week before are over", () => {
    const bench = new Bench();
    bench.see({ price: 10_000 });
    const price = (change: number) => ours({ price: change, version: bench.ours.version + 1 });
    bench.see({ price: 9900, observedAt: NOW + 1 });
    bench.ours = price(9800);
    bench.signals();
    bench.now += 73 * HOUR;
    bench.see({ price: 9700, observedAt: bench.now });
    expect(bench.open()).not.toContain("PRICE_WAR");
    expect(bench.shard.skus[0]?.pastPrices).toHaveLength(1);
    bench.ours = price(9600);
    bench.signals();
    expect(bench.shard.skus[0]?.pastPrices).toHaveLength(1);
  });

  test("an exchange rate that jumps is told as that, and as no movement of theirs", () => {
    const bench = new Bench();
    const listed = (landedPrice: number, move?: number) => ({
      listed: { currency: "USD", landedPrice, stale: false, ...(move === undefined ? {} : { move }) },
    });
    for (let i = 8; i > 0; i--)
      bench.see({ price: 10_000 + i, observedAt: NOW - i * HOUR, ...listed(12_500 + i, 0.001) });
    expect(bench.open()).toEqual([]);
    bench.see({ price: 8000, ...listed(12_500, -0.2) });
    expect(bench.open()).toEqual(["ABOVE_MARKET", "FX_SHOCK", "UNDERCUT alpha"]);
    expect(bench.signal("FX_SHOCK")).toMatchObject({
      competitor: null,
      severity: 1,
      evidence: { listedCurrency: "USD", currency: "EUR", ratePct: -20, competitors: 1 },
      message: expect.stringContaining(
        "USD fell by 20.00 % against EUR within a day, and alpha's price with it.",
      ),
    });
  });

  test.each([
    ["3 % is not more than 3 %", 0.03, false],
    ["a bit more is", -0.0301, true],
  ])("a rate's move: %s", (_, move, isShock) => {
    const bench = new Bench();
    bench.see({ listed: { currency: "USD", landedPrice: 12_500, stale: false, move } });
    expect(bench.open().includes("FX_SHOCK")).toBe(isShock);
  });

  test("a price at an old rate is trusted by half", () => {
    const bench = new Bench();
    bench.see({ price: 8000, listed: { currency: "USD", landedPrice: 10_000, stale: true } });
    expect(bench.signal("UNDERCUT")?.confidence).toBe(0.35);
    expect(bench.signal("ABOVE_MARKET")?.confidence).toBe(0.35);
  });

  test("a change of our price opens and closes signals in the same commit", () => {
    const bench = new Bench();
    bench.see({ price: 9600 });
    expect(bench.open()).toEqual([]);
    bench.ours = ours({ price: 10_200, version: 2 });
    expect(bench.open()).toEqual(["UNDERCUT alpha"]);
    bench.call({ ours: [ours({ price: 9000, version: 1 })] });
    expect(bench.signal("UNDERCUT")?.evidence.ourPrice).toBe("102.00");
  });
});

describe("what history does not do", () => {
  test("months of old observations open nothing", () => {
    const bench = new Bench();
    for (let day = 600; day > 1; day--)
      bench.see({ price: day % 2 ? 5000 : 20_000, observedAt: NOW - day * 24 * HOUR });
    expect(bench.signals()).toEqual([]);
  });

  test("an observation older than the latest touches neither the offer nor a signal", () => {
    const bench = new Bench();
    bench.see({ price: 10_000 });
    expect(bench.see({ price: 5000, observedAt: NOW - HOUR })).toBe("accepted");
    expect(bench.signals()).toEqual([]);
    const [offer] = bench.call({ refresh: ["KETTLE-1"] }).skus[0]!.offers;
    expect(offer).toMatchObject({ price: 10_000, observedAt: NOW, version: 1 });
  });
});

describe("a signal's life", () => {
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

  test("opens with a message, evidence and a priority by sensitivity", () => {
    const bench = new Bench();
    bench.ours = ours({ sensitivity: "high" });
    bench.see({ price: 9000 });
    const signal = bench.signal("UNDERCUT");
    expect(signal).toMatchObject({
      status: "open",
      priority: 1,
      severity: 0.333,
      confidence: 0.7,
      openedAt: NOW,
      version: 1,
      evidence: { oldPrice: null, newPrice: "90.00", ourPrice: "100.00", gapPct: 11.11, currency: "EUR" },
    });
    expect(signal?.message).toMatch(/^alpha asks 90\.00 EUR, 10\.00 % below our 100\.00 EUR\./);
    expect(signal?.id).toMatch(/^sig_[0-9a-f]{24}$/);
  });

  test("the same price again is told once more when it is confirmed, then never", () => {
    const bench = undercut();
    expect(at(bench, 5, 9000)).toMatchObject({ version: 2, confidence: 1 });
    expect(at(bench, 10, 9000)?.version).toBe(2);
  });

  test("nor is a signal about the whole market told again of the same", () => {
    const bench = new Bench();
    bench.see({ price: 8000 });
    const version = bench.signal("ABOVE_MARKET")?.version;
    for (let i = 1; i < 5; i++) at(bench, i, 8000);
    expect(bench.signal("ABOVE_MARKET")).toMatchObject({ version, confidence: 0.7 });
  });

  const notice = (bench: Bench) => bench.signal("UNDERCUT")?.notice;

  test("notifies when it opens, when it is worse by a step, and when a day has passed", () => {
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

  test("met again within the cool-down it notifies nobody", () => {
    const bench = undercut();
    at(bench, 5, 9800);
    bench.now = NOW + 65 * MINUTE;
    expect(bench.signal("UNDERCUT")?.status).toBe("resolved");
    expect(at(bench, 120, 9000)).toMatchObject({ status: "open", notice: { at: NOW } });
  });

  test("what is too uncertain opens, and notifies nobody until it is certain enough", () => {
    const bench = new Bench();
    bench.see({ competitor: "beta" });
    bench.see({ price: 9000, observedAt: NOW - 23 * HOUR });
    expect(bench.signal("UNDERCUT")).toMatchObject({ status: "open", confidence: 0.268 });
    expect(notice(bench)).toBeUndefined();
    bench.see({ price: 9000, observedAt: NOW });
    expect(notice(bench)).toMatchObject({ at: NOW, why: "opened" });
  });

  test("beyond twenty open signals of a SKU more of them open in silence", () => {
    const bench = new Bench();
    for (let i = 0; i < 25; i++) bench.see({ competitor: `c${i}`, price: 9000 });
    const open = bench.signals().filter(({ status }) => status === "open");
    expect(open.filter(({ type }) => type === "UNDERCUT")).toHaveLength(25);
    expect(open.filter((one) => one.notice !== undefined)).toHaveLength(20);
  });

  test("a deeper cut updates it", () => {
    const bench = undercut();
    expect(at(bench, 5, 8900)).toMatchObject({ version: 2, openedAt: NOW, evidence: { newPrice: "89.00" } });
  });

  test("between half the threshold and the threshold it stays, however long", () => {
    const bench = undercut();
    at(bench, 5, 9600);
    expect(at(bench, 300, 9600)?.status).toBe("open");
  });

  test("below half the threshold it clears after 60 minutes, by time alone", () => {
    const bench = undercut();
    expect(at(bench, 5, 9800)?.status).toBe("open");
    bench.now = NOW + 64 * MINUTE;
    expect(bench.signal("UNDERCUT")?.status).toBe("open");
    bench.now = NOW + 65 * MINUTE;
    expect(bench.signal("UNDERCUT")).toMatchObject({ status: "resolved", resolvedAt: bench.now, version: 2 });
  });

  test("the 60 minutes are counted by the time of the observations", () => {
    const bench = new Bench();
    bench.see({ price: 9000, observedAt: NOW - 3 * HOUR });
    expect(bench.open()).toEqual(["UNDERCUT alpha"]);
    bench.see({ price: 9800, observedAt: NOW - 2 * HOUR });
    expect(bench.signal("UNDERCUT")?.status).toBe("resolved");
  });

  test("a relapse within the 60 minutes starts them again", () => {
    const bench = undercut();
    at(bench, 5, 9800);
    at(bench, 35, 9000);
    at(bench, 40, 9800);
    bench.now = NOW + 99 * MINUTE;
    expect(bench.signal("UNDERCUT")?.status).toBe("open");
    bench.now = NOW + 100 * MINUTE;
    expect(bench.signal("UNDERCUT")?.status).toBe("resolved");
  });

  test("met again within the cool-down the same signal goes on, later a new one opens", () => {
    const bench = undercut();
    const first = bench.signal("UNDERCUT")?.id;
    at(bench, 5, 9800);
    bench.now = NOW + 65 * MINUTE;
    bench.signals();
    expect(at(bench, 120, 9000)).toMatchObject({
      id: first,
      status: "open",
      resolvedAt: null,
      openedAt: NOW,
    });
    at(bench, 125, 9800);
    bench.now = NOW + 185 * MINUTE;
    bench.signals();
    at(bench, 185 + 6 * 60, 9000);
    const ids = bench.signals().map((signal) => [signal.id === first, signal.status]);
    expect(ids).toEqual([
      [true, "resolved"],
      [false, "open"],
    ]);
  });

  test("a stale offer holds nothing open", () => {
    const bench = undercut();
    bench.now = NOW + 24 * HOUR;
    expect(bench.signal("UNDERCUT")?.status).toBe("open");
    bench.now += 1;
    expect(bench.signal("UNDERCUT")?.status).toBe("resolved");
    expect(bench.shard.skus[0]?.dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  test("it resolves at once when the product leaves the shop", () => {
    const bench = undercut();
    bench.ours = ours({ active: false, version: 2 });
    expect(bench.open()).toEqual([]);
  });

  test("a competitor out of stock for a moment resolves nothing", () => {
    const bench = undercut();
    bench.see({ price: 9000, availability: "out_of_stock", observedAt: NOW + 1 });
    bench.see({ price: 9000, observedAt: NOW + 2 });
    expect(bench.signals().filter((one) => one.type === "UNDERCUT")).toHaveLength(1);
    expect(bench.signal("UNDERCUT")?.status).toBe("open");
  });

  test("a resolved one is shown for a day", () => {
    const bench = undercut();
    at(bench, 5, 9800);
    bench.now = NOW + 65 * MINUTE;
    expect(bench.signals()).toHaveLength(1);
    bench.now += 24 * HOUR;
    expect(bench.signals()).toHaveLength(1);
    bench.now += 1;
    expect(bench.signals()).toHaveLength(0);
  });

  test("rows of one call count one by one, as if each had come alone", () => {
    const bench = new Bench();
    const rows = [9000, 9800, 9000].map((price, i) => seen({ price, observedAt: NOW - (3 - i) * MINUTE }));
    bench.call({ chunks: [chunkOf(rows)] });
    expect(bench.signal("UNDERCUT")).toMatchObject({ status: "open", openedAt: NOW });
  });

  test("other thresholds, other signals", () => {
    const bench = new Bench();
    const settings = { ...SETTINGS, undercut: 0.02 };
    bench.call({ settings, chunks: [chunkOf([seen({ price: 9700 })])] });
    expect(bench.call({ settings, refresh: ["KETTLE-1"] }).skus[0]?.signals[0]?.type).toBe("UNDERCUT");
  });
});
