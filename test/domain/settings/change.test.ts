import { describe, expect, it } from "vitest";
import {
  applyChange,
  DEFAULT_SETTINGS,
  Settings,
  SettingsChange,
} from "../../../domain/settings/settings.ts";

describe("a change of settings", () => {
  it("is parsed without filling in defaults", () => {
    expect(SettingsChange.parse({})).toEqual({});
    expect(SettingsChange.parse({ signals: { undercut: 0.1 } })).toEqual({ signals: { undercut: 0.1 } });
  });

  it("keeps what it leaves out, within a group too", () => {
    const first = applyChange(DEFAULT_SETTINGS, { signals: { undercut: 0.1 }, timeZone: "Europe/Berlin" });
    const second = applyChange(first, { signals: { overpriced: 0.2 }, guardrails: { marginMin: 0.3 } });
    expect(second.signals).toEqual({ ...DEFAULT_SETTINGS.signals, undercut: 0.1, overpriced: 0.2 });
    expect(second.guardrails).toEqual({ ...DEFAULT_SETTINGS.guardrails, marginMin: 0.3 });
    expect(second.timeZone).toBe("Europe/Berlin");
    expect(second.currency).toBe(DEFAULT_SETTINGS.currency);
  });

  it.each([
    ["an unknown field", { colour: "red" }],
    ["an unknown field of a group", { signals: { colour: "red" } }],
    ["a share above one", { guardrails: { maxStep: 1.5 } }],
    ["a share below zero", { signals: { undercut: -0.1 } }],
    ["a wrong type", { pricesIncludeTax: "yes" }],
    ["an unknown currency", { currency: "XYZ" }],
    ["an hour after 23", { nightAt: "25:00" }],
    ["a minute after 59", { nightAt: "02:60" }],
    ["no interval at all", { proposalsEveryMinutes: 0 }],
  ])("with %s is refused", (_, change) => {
    expect(SettingsChange.safeParse(change).success).toBe(false);
  });
});

describe("the defaults", () => {
  it("are the documented ones", () => {
    expect(DEFAULT_SETTINGS).toMatchObject({ currency: "EUR", timeZone: "UTC", pricesIncludeTax: true });
    expect(DEFAULT_SETTINGS.signals).toMatchObject({
      undercut: 0.05,
      overpriced: 0.05,
      abruptIncrease: 0.1,
      abruptDrop: 0.15,
      clearHoldMinutes: 60,
      coolDownHours: 6,
    });
  });

  it("fill what settings of an older version do not have", () => {
    expect(Settings.parse({ currency: "USD", signals: { undercut: 0.2 } })).toMatchObject({
      currency: "USD",
      nightAt: "02:00",
      signals: { undercut: 0.2, overpriced: 0.05 },
    });
  });
});
