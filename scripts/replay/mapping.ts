import { z } from "zod";

const column = z.string().min(1);

/** How a folder's monthly data set is read: which columns are products, our price and sales, competitors' prices. */
export const Mapping = z.strictObject({
  name: z.string().min(1),
  /** file name inside the folder */
  file: z.string().min(1),
  /** id of the source under which the rows are posted */
  source: z.string().min(1),
  /** ISO 4217 code of every price in the file */
  currency: z.string().regex(/^[A-Z]{3}$/),
  product: z.strictObject({ sku: column, title: column, category: column }),
  month: z.strictObject({ column, format: z.enum(["dd-mm-yyyy", "yyyy-mm-dd", "yyyy-mm"]) }),
  price: column,
  quantity: column,
  /** the data set has no unit cost: this share of the product's first price stands in for it */
  costShareOfFirstPrice: z.number().positive().max(1),
  competitors: z.array(z.strictObject({ id: z.string().min(1), price: column })),
});
export type Mapping = z.infer<typeof Mapping>;
