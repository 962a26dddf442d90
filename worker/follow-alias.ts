import { database } from "../db/database.ts";
import type { Env } from "../db/env.ts";
import { presentSkus } from "../services/catalogue/rename/aliases.ts";

/** Addresses that name a product. The served price looks for itself: most requests ask for it. */
const NAMES_PRODUCT = /^(\/api\/(?:products|prices|kvi|stores\/[^/]+\/prices)\/)([^/]+)(\/.*)?$/;
/** These take the SKU as it was given. */
const AS_GIVEN = /^\/api\/(aliases|prices\/lock(?:\/verify)?$|kvi\/score$|products\/[^/]+\/rename$)/;

/**
 * The request with the present SKU in its address, normalised, in the place of one that the product had before: as the last part of
 * `/api/products/{sku}` and what is below it, or as the query `sku`. Any other request stays what it is.
 */
export async function followAlias(request: Request, env: Pick<Env, "DB">): Promise<Request> {
  const url = new URL(request.url);
  const inPath = NAMES_PRODUCT.exec(url.pathname);
  const asked = inPath ? decoded(inPath[2]!) : request.method === "GET" ? url.searchParams.get("sku") : null;
  if (!asked || !url.pathname.startsWith("/api/") || AS_GIVEN.test(url.pathname)) return request;
  // SKUs are kept in one form of Unicode, and addresses may come in another
  const sku = asked.normalize("NFC");
  const present = (await presentSkus(database(env.DB), [sku])).get(sku) ?? sku;
  if (present === asked) return request;
  if (inPath) url.pathname = `${inPath[1]}${encodeURIComponent(present)}${inPath[3] ?? ""}`;
  else url.searchParams.set("sku", present);
  return new Request(url, request);
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
