/** A name as it is kept: composed (NFC), without blanks around it or several in a row. */
export function tidyName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/[\s\u200b-\u200d\u2060\ufeff]+/gu, " ")
    .trim();
}

/**
 * What two spellings of a competitor have in common: case, accents' encoding, `www.`, a scheme and a path make no
 * difference.
 * @example competitorKey(" WWW.Shop.example/ ") // "shop.example"
 */
export function competitorKey(name: string): string {
  const plain = tidyName(name).toLowerCase();
  const host = /^(?:https?:\/\/)?(?:www\.)?([^\s/:?#]+\.[^\s/:?#]{2,})(?:[/:?#]\S*)?$/u.exec(plain)?.[1];
  return host ?? plain;
}

/** The name of a marketplace's seller; null if none is named or it is the competitor itself. */
export function sellerName(seller: string | undefined, competitor: string): string | null {
  if (seller === undefined) return null;
  const name = tidyName(seller);
  return name === "" || competitorKey(name) === competitorKey(competitor) ? null : name;
}
