import { describe, expect, test } from "vitest";
import {
  followSightings,
  type MapSighting,
  type OpenViolation,
} from "../../../domain/market/minimum-advertised.ts";

function seen(price: number, observedAt: number, more: Partial<MapSighting> = {}): MapSighting {
  return {
    ...{ sku: "A", competitor: "acme", seller: "", currency: "EUR", price, mapPrice: 1_000, observedAt },
    ...{
      source: "scraper",
      batchId: "b",
      row: observedAt,
      url: `https://acme.example/${observedAt}`,
      ...more,
    },
  };
}

const idOf = ({ competitor, seller, observedAt }: MapSighting) => `${competitor}/${seller}/${observedAt}`;
const follow = (known: readonly OpenViolation[], ...sightings: MapSighting[]) =>
  followSightings(known, sightings, idOf);

describe("offers below the minimum advertised price", () => {
  test("the minimum itself is not a violation", () => {
    expect(follow([], seen(1_000, 1))).toEqual({ opened: [], changed: [] });
  });

  test("open, go on with the newest evidence, and end", () => {
    const { opened } = follow([], seen(990, 1), seen(900, 2), seen(950, 3));
    expect(opened).toMatchObject([
      {
        id: "acme//1",
        firstPrice: 990,
        price: 950,
        lowestPrice: 900,
        firstSeenAt: 1,
        lastSeenAt: 3,
        endedAt: null,
      },
    ]);
    expect(opened[0]?.url).toBe("https://acme.example/3");
    const { changed } = follow(opened, seen(1_000, 4));
    expect(changed).toMatchObject([{ id: "acme//1", price: 950, endedAt: 4 }]);
  });

  test("an older sighting changes nothing, in whatever order it comes", () => {
    const { opened } = follow([], seen(900, 5));
    expect(follow(opened, seen(1_200, 4), seen(800, 3))).toEqual({ opened: [], changed: [] });
    expect(follow([], seen(950, 3), seen(990, 1), seen(900, 2))).toEqual(
      follow([], seen(990, 1), seen(900, 2), seen(950, 3)),
    );
  });

  test("one that ends and begins again is two", () => {
    const { opened } = follow([], seen(900, 1), seen(1_100, 2), seen(800, 3));
    expect(opened).toMatchObject([
      { id: "acme//1", endedAt: 2 },
      { id: "acme//3", endedAt: null, firstPrice: 800 },
    ]);
  });

  test("each seller of a marketplace has its own", () => {
    const { opened } = follow([], seen(900, 1, { seller: "one" }), seen(900, 1, { seller: "two" }));
    expect(opened.map(({ id }) => id)).toEqual(["acme/one/1", "acme/two/1"]);
  });
});
