import { describe, expect, it } from "vitest";
import { parseCost } from "../../../domain/catalogue/cost-row.ts";

const currencyOf = (sku: string) => (sku === "A-1" ? "EUR" : undefined);
const row = (change: object) => ({ sku: "A-1", unitCost: "2.50", from: "2026-03-01", ...change });

describe("a dated cost", () => {
  it.each([
    ["2026-03-01", "2026-02-28T23:00:00Z"],
    ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"],
    ["2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00Z"],
  ])("from %s holds from %s on", (from, at) => {
    const expected = { sku: "A-1", unitCost: 250, from: Date.parse(at) };
    expect(parseCost(row({ from }), currencyOf, "Europe/Berlin")).toEqual({ ok: true, cost: expected });
  });

  it.each([
    [{ sku: "NO" }, "sku", "unknown_sku"],
    [{ unitCost: "abc" }, "unitCost", "bad_price"],
    [{ unitCost: 0 }, "unitCost", "non_positive_price"],
    [{ unitCost: 1e12 }, "unitCost", "price_too_large"],
    [{ unitCost: { minor: 1, currency: "USD" } }, "unitCost", "currency_mismatch"],
    [{ unitCost: undefined }, "unitCost", "missing_field"],
    [{ unitCost: [] }, "unitCost", "wrong_type"],
    [{ from: "2026-13-01" }, "from", "bad_time"],
    [{ from: "soon" }, "from", "bad_time"],
    [{ from: undefined }, "from", "missing_field"],
    [{ colour: "red" }, "colour", "unknown_field"],
  ])("with %j is refused at %s as %s", (change, path, code) => {
    const parsed = parseCost(row(change), currencyOf, "UTC");
    expect(parsed).toMatchObject({ ok: false, problem: { path, code } });
  });
});
