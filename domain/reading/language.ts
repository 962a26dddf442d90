/** Languages and regions whose decimal mark is the comma; in the others it is the point. */
const COMMA_LANGUAGES = new Set(
  "de fr es it pt nl pl cs sk sv da nb nn no fi hu ro bg hr sr sl lt lv et el ru uk be tr id vi is ca gl eu az kk mk sq bs ka hy uz ky".split(
    " ",
  ),
);
/** Regions that differ from their language. */
const POINT_REGIONS = new Set(
  "de-ch de-li fr-ch it-ch es-mx es-us es-gt es-hn es-ni es-sv es-pr es-do es-pa es-pe".split(" "),
);
const COMMA_REGIONS = new Set("en-za en-de en-at en-nl en-be en-fi en-se en-dk af-za".split(" "));

/**
 * The decimal mark that is usual in a language, by its BCP 47 name; null if the name is not one.
 *
 * @example
 * decimalMarkOfLanguage("de-DE") // ","
 * decimalMarkOfLanguage("de-CH") // "."
 */
export function decimalMarkOfLanguage(locale: string | undefined): "." | "," | null {
  const name = locale?.trim().toLowerCase().replaceAll("_", "-") ?? "";
  const [language = ""] = name.split("-");
  if (!/^[a-z]{2,3}$/.test(language)) return null;
  if (POINT_REGIONS.has(name)) return ".";
  return COMMA_LANGUAGES.has(language) || COMMA_REGIONS.has(name) ? "," : ".";
}
