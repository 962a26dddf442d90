import { describe, expect, it } from "vitest";
import { actionInWords, detailInWords } from "../../../app/src/pages/manage/audit-words.ts";
import type { Schema } from "../../../app/src/pages/settings/json-schema.ts";
import { readTyped, settingGroups, typedValue } from "../../../app/src/pages/settings/schema.ts";

function fieldOf(name: string, schema: Schema) {
  return settingGroups({ properties: { [name]: schema } })[0]!.fields[0]!;
}

describe("a setting that is typed line by line", () => {
  const items = { type: "object", properties: { day: { type: "string" }, name: { type: "string" } } };
  it.each<[string, Schema, unknown, string]>([
    ["ownSellers", { type: "array", items: { type: "string" } }, ["a", "b c"], "a\nb c"],
    [
      "holidays",
      { type: "array", items },
      [{ day: "2026-12-25", name: "Christmas Day" }],
      "2026-12-25 Christmas Day",
    ],
    [
      "offerFreshHoursByCompetitor",
      { type: "object", additionalProperties: { type: "number" } },
      { northmart: 12 },
      "northmart = 12",
    ],
    [
      "strategyByBrand",
      { type: "object", additionalProperties: { type: "string", enum: ["freeze"] } },
      { "Lumen & Co": "freeze" },
      "Lumen & Co = freeze",
    ],
  ])("%s is the same after it was shown and typed", (name, schema, value, text) => {
    const field = fieldOf(name, schema);
    expect(typedValue(field, value)).toBe(text);
    expect(readTyped(field, `${text}\n\n`)).toEqual({ value });
  });

  it("says which line cannot be read", () => {
    const numbers = fieldOf("x", { type: "object", additionalProperties: { type: "number" } });
    expect(readTyped(numbers, "northmart 12")).toEqual({
      error: "“northmart 12” needs a = between name and value",
    });
    expect(readTyped(numbers, "northmart = soon")).toEqual({ error: "“soon” is no number" });
    expect(readTyped(fieldOf("holidays", { type: "array", items }), "Christmas")).toMatchObject({
      error: expect.stringContaining("day and a name"),
    });
  });
});

describe("an entry of the audit", () => {
  it.each([
    [{ before: { weight: 1, name: "a" }, after: { weight: 2, name: "a" } }, "Weight: 1 → 2"],
    [{ before: null, after: { name: "Demo", allowToken: false } }, "Name: Demo · Allow token: no"],
    [{ skus: ["A", "B", "C", "D", "E"], scope: {} }, "SKUs: A, B, C and 2 more · Scope: none"],
    [{}, "–"],
  ])("%j is told in words", (detail, text) => {
    expect(detailInWords(detail)).toBe(text);
  });

  it("names what was done", () => {
    expect(actionInWords("source.rotate_secret")).toBe("Source: rotate secret");
    expect(actionInWords("sign_in")).toBe("Sign in");
  });
});
