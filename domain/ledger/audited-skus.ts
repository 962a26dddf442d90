/** What an audit entry says of the SKUs that it concerns. */
interface NamesSkus {
  sku?: unknown;
  skus?: unknown;
  changes?: unknown;
}

/** Acts whose SKU is found by the ledger entry of the same instant: an index row for each would say it twice. */
export const FOUND_BY_LEDGER: readonly string[] = ["proposal.apply", "price.set"];

/**
 * The SKUs by which an audit entry is to be found, each once: `sku`, `skus` and the `sku` of each of `changes` in its
 * detail. None for an act that the ledger's own entry leads to.
 *
 * @example auditedSkus("products.import", { changes: [{ sku: "A-1" }, { sku: "A-2" }] }) // ["A-1", "A-2"]
 */
export function auditedSkus(action: string, detail: unknown): string[] {
  if (typeof detail !== "object" || detail === null || FOUND_BY_LEDGER.includes(action)) return [];
  const { sku, skus, changes } = detail as NamesSkus;
  const listed = Array.isArray(skus) ? skus : [];
  const changed = Array.isArray(changes) ? changes.map((change) => (change as NamesSkus | null)?.sku) : [];
  const named = [sku, ...listed, ...changed].filter((one) => typeof one === "string");
  return [...new Set(named)];
}
