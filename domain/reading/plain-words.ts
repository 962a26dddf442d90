/**
 * A text as words that can be compared: compatibility forms and case folded, accents dropped, `camelCase` and
 * `snake_case` parted, everything but letters, digits, apostrophes and the marks of numbers a blank.
 *
 * @example
 * plainWords("OutOfStock") // "out of stock"
 * plainWords("  Épuisé – bientôt !") // "epuise bientot"
 */
export function plainWords(text: string): string {
  return foldAccents(text.normalize("NFKC").replace(/(\p{Ll})(\p{Lu}\p{Ll})/gu, "$1 $2"))
    .replace(/’/g, "'")
    .replace(/[^\p{L}\p{M}\p{N}'.,:%+-]+|(?<!\p{N})[.,:+-]+|[.,:+-]+(?!\p{N})/gu, " ")
    .replace(/ +/g, " ")
    .trim();
}

/** Letters that Unicode does not take apart, with what people type instead. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  ł: "l",
  ø: "o",
  đ: "d",
  æ: "ae",
  œ: "oe",
  ı: "i",
};

/**
 * Lower case without the accents of Latin, Greek and Cyrillic letters; marks that are part of a script's spelling stay.
 *
 * @example
 * foldAccents("Größe Łódź") // "grosse lodz"
 */
export function foldAccents(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/(?<=[\p{sc=Latin}\p{sc=Greek}])\p{M}+/gu, "")
    .normalize("NFC")
    .replace(/[ßłøđæœı]/g, (letter) => LETTERS[letter]!);
}
