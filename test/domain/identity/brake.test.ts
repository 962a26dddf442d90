import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import {
  type Bucket,
  bucketsOf,
  isFullAgain,
  levelOf,
  networkOf,
  waitSeconds,
} from "../../../domain/identity/brake.ts";

const FIVE = { burst: 5, perMinute: 1 };

describe("a bucket of attempts", () => {
  it("is full at first, and fills at its rate up to its burst", () => {
    expect(levelOf(undefined, FIVE, 0)).toBe(5);
    expect(levelOf({ left: 0, at: 0 }, FIVE, 90_000)).toBe(1.5);
    expect(levelOf({ left: 4, at: 0 }, FIVE, 10 * MINUTE_MS)).toBe(5);
  });

  it("says how long to wait for the next attempt", () => {
    expect(waitSeconds({ left: 1, at: 0 }, FIVE, 0)).toBe(0);
    expect(waitSeconds({ left: 0.5, at: 0 }, FIVE, 0)).toBe(30);
    expect(waitSeconds({ left: 0, at: 0 }, { burst: 5, perMinute: 10 }, 0)).toBe(6);
  });

  it("allows in any time no more than its burst and its rate, whenever attempts come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 60 }), (gaps) => {
        let bucket: Bucket | undefined;
        let now = 0;
        let allowed = 0;
        for (const gap of gaps) {
          now += gap;
          if (waitSeconds(bucket, FIVE, now) > 0) continue;
          bucket = { left: levelOf(bucket, FIVE, now) - 1, at: now };
          allowed++;
        }
        expect(allowed).toBeLessThanOrEqual(5 + now / MINUTE_MS + 1e-9);
      }),
    );
  });

  it("is forgotten only when it is full again", () => {
    const bucket = { left: 0, at: 0 };
    expect(isFullAgain(bucket, 20 * MINUTE_MS)).toBe(false);
    expect(isFullAgain(bucket, 20 * MINUTE_MS + 1)).toBe(true);
  });
});

describe("the buckets of an attempt", () => {
  const attempt = { address: "a", network: "n", device: "d" };
  const names = (familiar: Parameters<typeof bucketsOf>[1]) =>
    bucketsOf(attempt, familiar).map(([name]) => name);

  it("of a stranger are the pair's, the network's and the address's", () => {
    expect(names("nothing")).toEqual(["pair a n", "all n", "address a"]);
  });

  it("of the person's own network leave out the address's: guesses elsewhere do not lock it", () => {
    expect(names("network")).toEqual(["pair a n", "all n"]);
  });

  it("of the person's own browser are its own alone", () => {
    expect(names("device")).toEqual(["device a d"]);
  });
});

it.each([
  [undefined, "unknown"],
  ["203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8::1", "2001:db8:0:0::/64"],
  ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
])("the network of %s is %s", (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});
