import { expect, test } from "vitest";
import { movementsOf } from "../../../../domain/shard/competitors/movements.ts";

const point = (at: number, price: number) => ({
  at,
  lastSeenAt: at,
  price,
  landedPrice: price,
  availability: "in_stock" as const,
});

test("movements are changes of at least the given share, newest first", () => {
  const alpha = {
    competitor: "alpha",
    points: [point(1, 1000), point(2, 1050), point(3, 1060), point(4, 900)],
  };
  const found = movementsOf([alpha], 0.05, 0, 10);
  expect(found.map(({ at, from, to }) => [at, from, to])).toEqual([
    [4, 1060, 900],
    [2, 1000, 1050],
  ]);
  expect(movementsOf([alpha], 0.05, 3, 10)).toHaveLength(1);
  expect(movementsOf([{ ...alpha, points: [point(1, 1000)] }], 0.05, 0, 10)).toEqual([]);
});

test("a price in another currency is a movement only if it moves in that currency", () => {
  const priced = (at: number, landedPrice: number, listed: number) => ({ ...point(at, landedPrice), listed });
  const alpha = { competitor: "alpha", points: [priced(1, 1000, 1250), priced(2, 900, 1250)] };
  expect(movementsOf([alpha], 0.05, 0, 10)).toEqual([]);
  const beta = { competitor: "beta", points: [priced(1, 1000, 1250), priced(2, 1000, 1875)] };
  expect(movementsOf([beta], 0.05, 0, 10)).toMatchObject([{ from: 1000, to: 1000, change: 0.5 }]);
});

test("a price that nobody can pay is not a movement; the one that comes after it is", () => {
  const out = { ...point(2, 1200), availability: "out_of_stock" as const };
  const alpha = { competitor: "alpha", points: [point(1, 1000), out] };
  expect(movementsOf([alpha], 0.05, 0, 10)).toEqual([]);
  const back = { competitor: "alpha", points: [...alpha.points, point(3, 1100)] };
  expect(movementsOf([back], 0.05, 0, 10)).toMatchObject([{ at: 3, from: 1000, to: 1100 }]);
});

test("another currency is not a movement", () => {
  const alpha = { competitor: "alpha", points: [point(1, 1999), { ...point(2, 2114), listed: 2349 }] };
  expect(movementsOf([alpha], 0.05, 0, 10)).toEqual([]);
});
