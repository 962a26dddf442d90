import { z } from "zod";
import { AVAILABILITIES } from "../messages/rows.ts";
import { HOW_FOUND } from "../reading/page/extract.ts";
import { money, named } from "./answers.ts";

/** Characters of a page: longer ones are no product pages. */
const HTML_MAX = 6_000_000;

export const ExtractCommand = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .describe("where the page is: it tells the product among others"),
    html: z.string().max(HTML_MAX).describe("the page as it came, or as a browser rendered it"),
  })
  .meta({ id: "ExtractCommand" });

/** What a page says of its product. */
export const ExtractedProductShape = named("ExtractedProduct", {
  price: money.optional().describe("absent: no price is sure enough"),
  listPrice: money.optional().describe("crossed out, or recommended"),
  currency: z.string().optional().describe("ISO 4217"),
  availability: z.enum(AVAILABILITIES),
  title: z.string().optional(),
  brand: z.string().optional(),
  sku: z.string().optional().describe("the shop's own number"),
  gtin: z.string().optional().describe("with a right check digit"),
  mpn: z.string().optional(),
  seller: z.string().optional(),
  how: z.enum(HOW_FOUND).optional().describe("where the price was found"),
  confidence: z.number().min(0).max(1).describe("how sure the price is; 0 without one"),
});
