import { z } from "zod";

/** What a feed, or one person, may do to the price that is served. Shares are fractions. */
export const OUR_PRICES = {
  feedMaxStep: z
    .number()
    .nonnegative()
    .max(100)
    .default(0.3)
    .describe("a feed's base price that moves the price by more than this share is held for review"),
  overrideMaxStep: z
    .number()
    .nonnegative()
    .max(100)
    .default(0.5)
    .describe(
      "a fixed price of one SKU that moves it by more than this share needs what a HIGH proposal needs",
    ),
  feedPricesTrusted: z
    .boolean()
    .default(false)
    .describe("whether base prices from whoever may write, but not approve, take effect without a review"),
  feedEchoDays: z
    .number()
    .nonnegative()
    .max(90)
    .default(7)
    .describe(
      "a feed's price that we ourselves served within so many days is our own, come back: no base price",
    ),
  priorPrice: z
    .strictObject({
      progressive: z
        .boolean()
        .default(false)
        .describe("a price reduced step by step is compared with the price before the first step"),
      perishableCategories: z
        .array(z.string().min(1).max(200))
        .max(1000)
        .default([])
        .describe("their goods are compared with the price just before the reduction"),
      newGoods: z
        .enum(["since_launch", "none"])
        .default("since_launch")
        .describe("less than 30 days on sale: the lowest price since then, or no prior price at all"),
    })
    .default({ progressive: false, perishableCategories: [], newGoods: "since_launch" })
    .describe(
      "what your Member State rules otherwise than Directive 98/6/EC, Article 6a(2): paragraphs 3 to 5",
    ),
};
