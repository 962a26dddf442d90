import { z } from "zod";
import { MARKET_PLACES } from "../analysis/price-position.ts";
import { engagement } from "./analysis.ts";
import { count, day, instant, money, named } from "./answers.ts";
import { CompetitorPosition } from "./market.ts";

export const PriceMover = named("PriceMover", {
  ...{
    sku: z.string(),
    title: z.string().nullable(),
    category: z.string().nullable(),
    competitor: z.string(),
  },
  ...{ from: money, to: money, currency: z.string() },
  changePct: z.number().describe("from the first price to the last"),
  pathPct: z.number().describe("all changes added up, whatever their direction"),
  moves: count,
});

const ofPrices = z.number().nullable().describe("per cent of the prices; null without a price");
const moved = {
  prices: count.describe("seen in the time, or counting now"),
  up: count.describe("that ended higher than they began"),
  down: count,
  still: count.describe("that stood still, or came back to where they were"),
  ...{ upPct: ofPrices, downPct: ofPrices, stillPct: ofPrices },
};

export const PriceDirections = named("PriceDirections", {
  days: count.describe("length of the time"),
  all: z.object(moved),
  competitors: z.array(z.object({ competitor: z.string(), ...moved })),
});

const heat = z.array(z.object({ weekday: z.int(), hour: z.int(), mean: z.number() }));

export const VolatilityReport = named("VolatilityReport", {
  ...{ from: day, to: day },
  days: z.array(
    z.object({
      ...{ competitor: z.string(), day, up: count, down: count },
      ...{ meanChangePct: z.number(), meanAbsoluteChangePct: z.number() },
    }),
  ),
  heat: heat.describe("movements by the hour of the week, per day of that weekday"),
});

export const CompetitorReport = named("CompetitorReport", {
  competitor: z.string(),
  currency: z.string().describe("of the mean prices"),
  asOf: instant,
  position: CompetitorPosition,
  spread: z
    .object({
      ...{ meanPct: z.number(), medianPct: z.number(), minPct: z.number(), maxPct: z.number() },
      deviationPct: z.number().describe("population standard deviation"),
      bins: z.array(z.object({ from: z.number().nullable(), to: z.number().nullable(), offers: count })),
      categories: z.array(
        z.object({
          ...{ category: z.string(), offers: count, undercuts: count, meanGapPct: z.number() },
          meanOurs: money
            .nullable()
            .describe("our mean price of the products that it offers, those in another currency left out"),
          meanTheirs: money.nullable(),
        }),
      ),
      cuts: z
        .array(
          z.object({
            sku: z.string(),
            title: z.string().optional().describe("as long as it is in the catalogue"),
            category: z.string(),
            gapPct: z.number(),
          }),
        )
        .describe("the deepest"),
    })
    .nullable()
    .describe("(theirs - ours) / ours * 100: negative = they are cheaper"),
  history: z.array(CompetitorPosition.extend({ day })),
  movements: z.array(z.object({ day, up: count, down: count, meanAbsoluteChangePct: z.number() })),
});

export const DemandSignalsReport = named("DemandSignalsReport", {
  ...{ from: day, to: day },
  days: z.array(z.object({ day, opened: count, urgent: count, ...engagement })),
  types: z.array(z.object({ type: z.string(), opened: count, urgent: count, resolved: count })),
  categories: z.array(
    z.object({
      ...{ category: z.string(), opened: count, ...engagement },
      before: z.object(engagement).describe("of as many days before"),
    }),
  ),
  positions: z
    .array(
      z.object({
        ...{ position: z.enum(MARKET_PLACES), products: count, views: count, carts: count },
        ...{ units: z.int(), priorUnits: z.int().describe("of the 28 days before") },
      }),
    )
    .describe("demand of the last 28 days by how our price stands to the cheapest competitor"),
  risks: z
    .array(
      z.object({
        ...{ sku: z.string(), title: z.string(), category: z.string(), currency: z.string() },
        ...{ revenue: money, priorRevenue: money, gapPct: z.number(), competitors: count },
      }),
    )
    .describe(
      "undercut by a competitor, with less revenue than in the 28 days before; those that lost most first",
    ),
});
