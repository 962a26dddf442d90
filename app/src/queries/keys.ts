/** Query keys, from the general to the particular: live frames put whole prefixes out of date. */
export const keys = {
  me: ["me"] as const,
  settings: ["settings"] as const,
  proposals: ["proposals"] as const,
  proposal: (id: string) => ["proposal", id] as const,
  products: ["products"] as const,
  product: (sku: string) => ["product", sku] as const,
  signals: ["signals"] as const,
  runs: ["runs"] as const,
};
