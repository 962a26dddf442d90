import { z } from "zod";
import { type Exchange, slicesOf } from "../exchange.ts";
import type { PriceToWrite, WriteOutcome } from "../store.ts";

export interface WriteOptions {
  /** `namespace.key` of a variant metafield of type money; null = the prior price is not written */
  priorPriceField: string | null;
}

/** A query, its variables and cost, and how its data become a value. */
export type Ask = <T extends z.ZodType, V>(
  query: string,
  variables: object,
  cost: number,
  schema: T,
  value: (data: z.infer<T>) => V,
) => Exchange<V>;

/** Points of a mutation of one product. */
export const MUTATION_COST = 10;
/** Products of one request: 250 points of the 1,000 that one may cost. */
const PRODUCTS_PER_WRITE = 25;
/** Variants of one product that one mutation takes; an array has at most 250 elements. */
const VARIANTS_PER_MUTATION = 250;
const UserErrors = z.array(z.object({ field: z.array(z.string()).nullish(), message: z.string() }));

/** One mutation takes the variants of one product; a request has several of them. */
export function priceWrites(items: readonly PriceToWrite[], options: WriteOptions, ask: Ask) {
  const groups = [...Map.groupBy(items, ({ remoteGroup }) => remoteGroup ?? "").values()];
  const mutations = groups.flatMap((group) => slicesOf(group, VARIANTS_PER_MUTATION));
  return slicesOf(mutations, PRODUCTS_PER_WRITE).map((slice) => {
    const names = slice.map((_, i) => `$p${i}: ID!, $v${i}: [ProductVariantsBulkInput!]!`).join(", ");
    const calls = slice.map(
      (
        _,
        i,
      ) => `m${i}: productVariantsBulkUpdate(productId: $p${i}, variants: $v${i}, allowPartialUpdates: true) {
        productVariants { id price } userErrors { field message } }`,
    );
    const variables = Object.fromEntries(
      slice.flatMap((group, i) => [
        [`p${i}`, group[0]!.remoteGroup],
        [`v${i}`, group.map((item) => variantInput(item, options))],
      ]),
    );
    const query = `mutation (${names}) {\n${calls.join("\n")}\n}`;
    const exchange = ask(query, variables, MUTATION_COST * slice.length, Updated, (data) =>
      slice.flatMap((group, i) => outcomesOf(group, data[`m${i}`])),
    );
    return { skus: slice.flat().map(({ sku }) => sku), exchange };
  });
}

function variantInput(
  { remoteId, price, priorPrice, currency }: PriceToWrite,
  { priorPriceField }: WriteOptions,
) {
  const [namespace, key] = priorPriceField?.split(".") ?? [];
  if (!namespace || !key || priorPrice === null) return { id: remoteId, price };
  const value = JSON.stringify({ amount: priorPrice, currency_code: currency });
  return { id: remoteId, price, metafields: [{ namespace, key, type: "money", value }] };
}

const Updated = z.record(
  z.string(),
  z
    .object({
      productVariants: z.array(z.object({ id: z.string(), price: z.string() })).nullish(),
      userErrors: UserErrors,
    })
    .nullable(),
);

/** An error names its variant by its place in the input: `["variants", "1", "price"]`; one without a place is of all. */
function outcomesOf(
  group: readonly PriceToWrite[],
  answer: z.infer<typeof Updated>[string] | undefined,
): WriteOutcome[] {
  if (!answer)
    return group.map(({ sku }) => ({
      sku,
      ok: false,
      isPassing: true,
      message: "the store did not answer for it",
    }));
  return group.map(({ sku }, place) => {
    const error = answer.userErrors.find(({ field }) => {
      const at = field?.find((part) => /^\d+$/.test(part));
      return at === undefined || Number(at) === place;
    });
    return error ? { sku, ok: false, isPassing: false, message: error.message } : { sku, ok: true };
  });
}
