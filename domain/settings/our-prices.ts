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
};
