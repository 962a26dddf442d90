import fc from "fast-check";
import { expect, test } from "vitest";
import { ObservationInput, readObservation } from "../../../../domain/intake/observation-row.ts";
import { parseInstant } from "../../../../domain/intake/row-fields.ts";

const oddText = fc.oneof(
  fc.string(),
  fc.string({ minLength: 195, maxLength: 205 }),
  fc.constantFrom("", " ", " a", "a\u00a0"),
);
const odd = fc.oneof(
  oddText,
  fc.double(),
  fc.constantFrom(null, true, [], { minor: 1, currency: "EUR" }, {}),
);
const or = (usual: unknown) => fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, odd);

const row = fc.record(
  {
    sku: or("KETTLE-1"),
    competitor: or("alpha"),
    price: or("129.90"),
    currency: or("EUR"),
    availability: or("in_stock"),
    observedAt: or("2026-06-15T12:00:00.000Z"),
    title: fc.oneof({ weight: 6, arbitrary: fc.constant("Kettle") }, odd),
    unheard: fc.constant(1),
  },
  { requiredKeys: ["competitor", "observedAt"] },
);

test("a row of the usual fields alone is read as the schema reads it", () => {
  fc.assert(
    fc.property(row, (value) => {
      // what says nothing, or is wrong and can be left out, is left out
      const given = Object.entries(value).filter(
        ([name, one]) =>
          one !== null && !(typeof one === "string" && one.trim() === "") && !isIgnored(name, one),
      );
      const schema = ObservationInput.safeParse(Object.fromEntries(given));
      const result = readObservation(value, 0);
      if (result.ok) expect(schema).toEqual({ success: true, data: result.value });
      else if (schema.success) expect(result.verdict.code).toBe("missing_field");
    }),
    { numRuns: 2000 },
  );
});

function isIgnored(name: string, value: unknown): boolean {
  const field = ObservationInput.shape[name as "title"];
  return ["title", "availability"].includes(name) && !field.safeParse(value).success;
}

test.each([
  [[], "wrong_type"],
  [{ sku: "A", competitor: "b", price: 1 }, "missing_field"],
  [{ sku: "A", price: 1, observedAt: 1 }, "missing_field"],
  [JSON.parse('{"sku":"A","competitor":"b","price":1,"observedAt":1,"__proto__":1}'), "unknown_field"],
  [{ sku: "A", competitor: "b", price: 1, observedAt: 1, toString: 1 }, "unknown_field"],
])("%j is refused", (value, code) => {
  expect(readObservation(value, 0)).toMatchObject({ ok: false, verdict: { code } });
});

test("an instant as toISOString writes it is read as Date.parse reads it", () => {
  const from = Date.UTC(1995, 0, 1);
  fc.assert(
    fc.property(fc.integer({ min: from, max: Date.UTC(9999, 11, 31) }), (ms) => {
      expect(parseInstant(new Date(ms).toISOString())).toBe(ms);
    }),
  );
});

test.each([
  "2026-02-30T12:00:00.000Z",
  "2026-06-31T12:00:00.000Z",
  "2026-13-01T12:00:00.000Z",
  "2026-06-15T12:60:00.000Z",
  "2026-06-15T12:00:00.0a0Z",
  "0099-06-15T12:00:00.000Z",
])("%s is no instant", (text) => {
  expect(parseInstant(text)).toBeNull();
});
