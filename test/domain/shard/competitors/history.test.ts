import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changePoints } from "../../../../domain/shard/competitors/change-points.ts";
import {
  emptyHistory,
  insertObservation,
  latestAt,
  type Observation,
  RARE_OBSERVATIONS_MAX,
  withShed,
} from "../../../../domain/shard/competitors/history.ts";

/** What a history has in memory at most. */
const OBSERVATIONS_MAX = 1_024;

const SOURCES = ["crawler", "audit"];

function observation(observedAt: number, price: number, source = 0): Observation {
  return { observedAt, price, landedPrice: price, availability: "in_stock", source, tag: observedAt };
}

function historyOf(observations: readonly Observation[]) {
  const history = emptyHistory();
  const kinds = observations.map((one) => insertObservation(history, one, SOURCES).kind);
  return { history, kinds };
}

describe("a competitor's history", () => {
  test("lets a late observation split a run of equal prices, or join one", () => {
    const { history } = historyOf([observation(10, 100), observation(30, 100), observation(20, 90)]);
    expect(changePoints(history).map(({ at, lastSeenAt, price }) => [at, lastSeenAt, price])).toEqual([
      [10, 10, 100],
      [20, 20, 90],
      [30, 30, 100],
    ]);
    insertObservation(history, observation(25, 90), SOURCES);
    expect(changePoints(history).map(({ at, lastSeenAt }) => [at, lastSeenAt])).toEqual([
      [10, 10],
      [20, 25],
      [30, 30],
    ]);
  });

  test("counts the greater of two source names at the same instant, whichever came first", () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { history } = historyOf(order.map((source) => observation(10, source === 0 ? 100 : 90, source)));
      expect(changePoints(history).map(({ price }) => price)).toEqual([100]);
    }
  });

  test("knows a source and instant again, whatever the price now", () => {
    const { history, kinds } = historyOf([observation(10, 100), observation(10, 90)]);
    expect(kinds).toEqual(["taken", "known"]);
    expect(changePoints(history).map(({ price }) => price)).toEqual([100]);
  });

  test("stays exact up to its limit in any order, and keeps its change points beyond it", () => {
    const price = (i: number) => 100 + (Math.floor(i / 40) % 5);
    const all = Array.from({ length: 3 * OBSERVATIONS_MAX }, (_, i) => observation(i + 1, price(i)));
    const exact = all.slice(0, OBSERVATIONS_MAX);
    const points = changePoints(historyOf(exact).history);
    expect(points).toHaveLength(Math.ceil(OBSERVATIONS_MAX / 40));
    expect(changePoints(historyOf(exact.toReversed()).history)).toEqual(points);

    const { history } = historyOf(all);
    expect(history.count).toBeLessThanOrEqual(OBSERVATIONS_MAX);
    expect(history.levels).toHaveLength(5);
    const kept = changePoints(history);
    expect(kept).toHaveLength(Math.ceil((3 * OBSERVATIONS_MAX) / 40));
    expect(kept.slice(0, points.length - 1)).toEqual(points.slice(0, -1));
  });

  test("keeps few in memory where they are rare, and all of its change points", () => {
    const SIX_HOURS = 6 * 3_600_000;
    const price = (i: number) => 100 + Math.floor(i / 10);
    const { history } = historyOf(
      Array.from({ length: 3000 }, (_, i) => observation((i + 1) * SIX_HOURS, price(i))),
    );
    expect(history.count).toBeLessThanOrEqual(RARE_OBSERVATIONS_MAX);
    expect(changePoints(withShed(history)).map((point) => point.price)).toEqual(
      Array.from({ length: 300 }, (_, i) => 100 + i),
    );
  });

  test("in its folded part knows what agrees, and refuses what does not", () => {
    const all = Array.from({ length: 2 * OBSERVATIONS_MAX }, (_, i) => observation(10 * (i + 1), 100));
    const { history } = historyOf(all);
    expect(insertObservation(history, observation(505, 100), SOURCES).kind).toBe("known");
    expect(insertObservation(history, observation(505, 101), SOURCES).kind).toBe("folded");
    expect(insertObservation(history, observation(1, 101), SOURCES).kind).toBe("folded");
    expect(insertObservation(history, observation(history.foldedUntil + 5, 101), SOURCES).kind).toBe("taken");
  });

  test("stays bounded when every price differs, and sheds what there is no place for", () => {
    const { history } = historyOf(Array.from({ length: 5000 }, (_, i) => observation(i + 1, i + 1)));
    const whole = changePoints(withShed(history));
    expect(whole.map(({ price }) => price)).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1));
    expect(history.count).toBeLessThanOrEqual(OBSERVATIONS_MAX);
    expect(history.levels.length).toBeLessThanOrEqual(OBSERVATIONS_MAX + 1);
    expect(latestAt(history)).toBe(5000);
  });

  test("up to an instant is what it was before anything later was seen", () => {
    const list = fc.uniqueArray(fc.record({ at: fc.nat(50), price: fc.integer({ min: 1, max: 3 }) }), {
      selector: (one) => one.at,
      maxLength: 30,
    });
    fc.assert(
      fc.property(list, fc.nat(50), (rows, asOf) => {
        const all = rows.map(({ at, price }) => observation(at, price));
        const early = all.filter((one) => one.observedAt <= asOf);
        expect(changePoints(historyOf(all).history, asOf)).toEqual(changePoints(historyOf(early).history));
      }),
    );
  });
});
