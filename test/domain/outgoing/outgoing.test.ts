import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../domain/base/time.ts";
import { EVENT_TYPES } from "../../../domain/messages/events.ts";
import { EVENT_PATTERNS, typesAmong } from "../../../domain/outgoing/event-types.ts";
import { nextWave, type Place, placeAfter } from "../../../domain/outgoing/place.ts";
import { presentEvent } from "../../../domain/outgoing/present-event.ts";
import { nextTry, outcomeOf, retryAfterMs } from "../../../domain/outgoing/tries.ts";
import { addressProblem } from "../../../services/outgoing/address.ts";

describe("tries", () => {
  it("are spread over most of a day", () => {
    let at = 0;
    const times = Array.from({ length: 10 }, (_, i) => {
      at = nextTry(i + 1, at, null);
      return at;
    });
    expect(times[0]).toBe(5_000);
    expect(times.at(-1)).toBeGreaterThan(20 * HOUR_MS);
    expect(times.at(-1)).toBeLessThan(DAY_MS);
  });

  it("wait as long as the receiver asks, within reason", () => {
    expect(nextTry(1, 0, 60_000)).toBe(60_000);
    expect(nextTry(1, 0, 30 * DAY_MS)).toBe(6 * HOUR_MS);
    expect(retryAfterMs("120", 0)).toBe(120_000);
    expect(retryAfterMs("Thu, 01 Jan 1970 00:01:00 GMT", 10_000)).toBe(50_000);
    expect(["soon", "-1", null].map((text) => retryAfterMs(text, 0))).toEqual([null, null, null]);
  });

  it("tell what will pass from what will not", () => {
    const outcomes = [200, 204, 302, 400, 401, 404, 410, 422, 429, 500, null].map(outcomeOf);
    const [failed, refused] = ["failed", "refused"];
    expect(outcomes).toEqual([
      ...["delivered", "delivered", failed, refused, failed, failed, "gone", refused, failed, failed, failed],
    ]);
  });
});

describe("the place of a receiver", () => {
  it("passes every event once, in the order of each SKU, whatever fails and however often", () => {
    const event = fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      sku: fc.constantFrom("A", "B", "C", "D"),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.infiniteStream(fc.boolean()), (made, works) => {
        let seq = 0;
        const all = made.map(({ gap, sku }) => {
          seq += gap;
          return { seq, sku, subject: sku };
        });
        let place: Place = { cursor: 0, ahead: [] };
        const sent: typeof all = [];
        for (let round = 0; round < 1_000; round++) {
          const wave = nextWave(all, place, 3);
          if (wave.length === 0) break;
          const done = wave.filter(() => works.next().value || round > 500);
          sent.push(...done);
          const before = place.cursor;
          place = placeAfter(
            place,
            all,
            done.map((one) => one.seq),
          );
          expect(place.cursor).toBeGreaterThanOrEqual(before);
        }
        expect(sent.map((one) => one.seq).toSorted((a, b) => a - b)).toEqual(all.map((one) => one.seq));
        for (const sku of ["A", "B", "C", "D"]) {
          const seqs = sent.filter((one) => one.sku === sku).map((one) => one.seq);
          expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe("an event", () => {
  it("leaves with decimal strings and its message's id", () => {
    const data = { sku: "A", from: 1_990, to: 2_000, currency: "EUR", until: null };
    expect(presentEvent({ seq: 7, type: "price.applied", at: 0, sku: "A", data })).toEqual({
      ...{ id: "evt_7", seq: 7, type: "price.applied", timestamp: "1970-01-01T00:00:00.000Z", sku: "A" },
      data: { ...data, from: "19.90", to: "20.00" },
    });
  });

  it("is asked for by type, family or all of them", () => {
    expect(typesAmong(["*"])).toEqual([...EVENT_TYPES]);
    expect(typesAmong(["override.ended", "price.*"])).toEqual([
      ...["price.applied", "price.rolled_back", "price.imported", "override.ended"],
    ]);
    expect(EVENT_PATTERNS).toContain("signal.*");
  });
});

describe("an address", () => {
  const inner = [
    ...[
      "https://127.0.0.1/",
      "https://0.0.0.0/",
      "https://10.1.2.3/",
      "https://172.16.0.1/",
      "https://192.168.1.1/",
    ],
    ...["https://169.254.169.254/latest", "https://100.64.0.1/", "https://0x7f.1/", "https://2130706433/"],
    ...["https://[::1]/", "https://[fd00::1]/", "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/"],
    ...["https://localhost/", "https://a.localhost/", "https://printer.local/", "https://intranet/"],
    ...["http://example.com/", "ftp://example.com/", "https://me:secret@example.com/", "no address"],
  ];

  it.each(inner)("%s gets nothing", (address) => {
    expect(addressProblem(address, false)).not.toBeNull();
  });

  it("that is public gets something, and on a developer's machine this machine, but nothing near it", () => {
    expect(addressProblem("https://hooks.example.com/x?y=1", false)).toBeNull();
    expect(addressProblem("https://8.8.8.8/", false)).toBeNull();
    const loopback = ["http://127.0.0.1:9999/", "http://localhost:1/", "https://[::1]:8/"];
    expect(loopback.map((address) => addressProblem(address, true))).toEqual([null, null, null]);
    expect(addressProblem("http://192.168.1.1/", true)).not.toBeNull();
    expect(addressProblem("http://169.254.169.254/", true)).not.toBeNull();
  });
});
