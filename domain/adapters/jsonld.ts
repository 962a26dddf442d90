import { type Adapter, isObject, textOf } from "./observation-rows.ts";
import { offersOf, productsIn } from "./schema-org.ts";

/**
 * JSON-LD as a page carries it: a product, a list or a graph of them; or an envelope `{ url, observedAt?, competitor?,
 * jsonld }` that says which page it was.
 */
export const readJsonLd: Adapter = (value, { receivedAt }) => {
  const envelope = isObject(value) && "jsonld" in value ? value : null;
  const products = productsIn(envelope ? envelope.jsonld : value);
  if (products.length === 0) return null;
  const page = {
    url: textOf(envelope?.url),
    observedAt: textOf(envelope?.observedAt) ?? receivedAt,
    competitor: textOf(envelope?.competitor),
  };
  return products.flatMap((product) => offersOf(product, page));
};
