import { gtinOf } from "../gtin.ts";
import type { PriceSpot } from "./spots.ts";

/** Labels of a product's number, in the languages of shops, with what follows them. */
const LABELLED =
  /(?<![\p{L}])(?:sku|asin|art(?:ikel|icle)?\.?[- ]?(?:nr|nummer|no|number)|item(?: ?(?:no|number|id|code|#))|product ?(?:id|code|number|no|ref(?:erence)?)|produkt(?:nr|nummer|code)|catalog(?:ue)? ?(?:no|number)|ref(?:erence|erencia|erência)?\.?|réf(?:érence)?\.?|referencia|código|codice(?: prodotto| articolo)?|cod(?:\.| produs| produto)?|kód(?: produktu| tovaru| zboží)?|kod(?: produktu)?|symbol|numer katalogowy|varenummer|varenr|tuotenumero|tuotekoodi|cikkszám|ürün kodu|артикул|код(?: товара)?|品番|商品番号|商品编号|貨號|貨号)\s*(?:[:#.№-]|nr\.?|is)?\s*[:#]?\s*([\p{L}\d][\p{L}\d./_-]{2,39})/iu;
const GTIN_LABEL =
  /(?<![\p{L}])(?:ean|gtin|upc|isbn|barcode|штрихкод)(?:[- ]?1[0-4]|[- ]?8)?\s*[:#.]?\s*([\d][\d\s-]{6,20}\d)/iu;
const LABEL_ONLY =
  /^(?:sku|asin|art(?:ikel|icle)?\.?[- ]?(?:nr|nummer|no|number)\.?|item ?(?:no|number|id|code|#)\.?|product ?(?:id|code|number|no|reference)\.?|reference|ref\.?|réf\.?|référence|codice|código|kód|kod|артикул|код(?: товара)?|varenr|tuotenumero|cikkszám|品番|商品番号)\s*[:#.]?$/iu;

/** A number that a page shows with a label, or that its address ends with. */
export interface ProductNumbers {
  /** behind a label */
  labelled: string | undefined;
  /** at the end of the address */
  ofAddress: string | undefined;
  gtin: string | undefined;
}

/** The product's own number among the texts that a page shows. */
export function numberOf(spots: readonly PriceSpot[], url: string): ProductNumbers {
  const numbers: ProductNumbers = { labelled: undefined, ofAddress: ofAddress(url), gtin: undefined };
  const texts = spots.filter(({ kind, isAside }) => kind === "number" && !isAside);
  for (let i = 0; i < texts.length; i++) {
    const { text } = texts[i]!;
    numbers.gtin ??= gtinOf(GTIN_LABEL.exec(text)?.[1]);
    const beside = LABEL_ONLY.test(text.trim()) ? `${text} ${texts[i + 1]?.text ?? ""}` : text;
    const number = LABELLED.exec(beside)?.[1];
    if (numbers.labelled === undefined && number !== undefined && isNumber(number))
      numbers.labelled = number.replace(/[.,]+$/, "");
  }
  return numbers;
}

/** A number has a digit and is no word, year or date. */
function isNumber(text: string): boolean {
  return /\d/.test(text) && !/^(?:19|20)\d\d$/.test(text) && !/^\d{1,2}[./]\d{1,2}[./]\d{2,4}$/.test(text);
}

/** The last part of an address that looks like a number, as marketplaces and classifieds have it. */
function ofAddress(url: string): string | undefined {
  const path = url.replace(/^https?:\/\/[^/]+/i, "").replace(/[?#].*$/, "");
  const parts = path.split("/").filter(Boolean).reverse();
  for (const part of parts) {
    const bare = part.replace(/\.(?:html?|php|aspx?)$/i, "");
    if (/^(?=.*\d)[A-Z\d]{8,16}$/.test(bare) || /^\d{5,15}$/.test(bare)) return bare;
    const tail = /(?:^|[-_])(?:p|id|x|a)?(\d{5,15}|(?=[a-z]*\d)[a-z\d]{9,14})$/i.exec(bare)?.[1];
    if (tail !== undefined && /\d{3}/.test(tail)) return tail;
  }
  return undefined;
}
