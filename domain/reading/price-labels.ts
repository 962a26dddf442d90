/**
 * Words beside an amount that say what it is, in the languages of shops. Each is looked for in the words right before
 * or right behind the amount.
 */
export type AmountRole =
  /** nothing, or that it is the price */
  | "price"
  /** what it cost before, or is recommended to cost */
  | "list"
  /** what is saved */
  | "saving"
  | "shipping"
  /** one of several payments, or a payment for each month */
  | "instalment"
  /** for a kilogram, a litre, a square metre */
  | "per_unit"
  /** the lowest of several */
  | "from"
  /** for several pieces */
  | "multi"
  /** a share or a count, not an amount */
  | "number";

const L = "(?<![\\p{L}\\p{M}])";
const R = "(?![\\p{L}\\p{M}])";

function words(list: string): string {
  return `${L}(?:${list})${R}`;
}

/** At the end of what stands before the amount. */
const BEFORE: readonly (readonly [AmountRole, RegExp])[] = [
  [
    "saving",
    new RegExp(
      `${words("you save|save|saving|savings|discount|off|sie sparen|sparen|ersparnis|rabatt|economisez|économisez|remise|ahorra|ahorro|descuento|risparmi|sconto|bespaar|korting|oszczędzasz|rabat|sleva|zľava|ušetříte|скидка|экономия|знижка|du sparar|spar|desconto|economize|割引|立减|省")}[ :]*(?:up to )?[-(]?$`,
      "iu",
    ),
  ],
  [
    "list",
    new RegExp(
      `${words("was|rrp|msrp|srp|list(?: price)?|statt|uvp|instead of|regular(?: price)?|reg|old(?: price)?|original(?:ly)?(?: price)?|alter preis|vorher|bisher|früher|ehemals|streichpreis|prix (?:barré|conseillé|public)|au lieu de|avant|antes|pvpr|precio (?:anterior|recomendado|original)|prezzo (?:di listino|precedente|consigliato)|invece di|anziché|adviesprijs|van|voor|przed|cena (?:regularna|katalogowa|poprzednia)|původní cena|běžná cena|bežná cena|pôvodná cena|стара цена|старая цена|стара ціна|было|вместо|ord(?:\\.|inarie) pris|före|før|tidligere|normaalihinta|eredeti ár|helyett|eski fiyat|メーカー希望小売価格|定価|参考価格|原价|原價|市场价|정가")}(?: (?:price|preis|des herstellers))?[ .:]*$`,
      "iu",
    ),
  ],
  [
    "shipping",
    new RegExp(
      `${words("shipping|delivery|postage|p&p|versand(?:kosten)?|zzgl|livraison|frais de port|envío|gastos de envío|spedizione|verzending|verzendkosten|wysyłka|dostawa|doprava|доставка|frakt|fragt|toimitus|szállítás|送料|运费|運費|배송비")}[ :+]*$`,
      "iu",
    ),
  ],
  [
    "instalment",
    /\d+ ?(?:x|×|mal|raten?|parcelas?|cuotas?|mensualités|rate|payments?|instal?lments?)(?: (?:de|of|à|a|von|zu|da|di|sem))?[ :]*$/iu,
  ],
  [
    "per_unit",
    new RegExp(
      `${words("grundpreis|unit price per|prix au kilo|prix au litre|prezzo al kg|precio por kilo|cena za")}[^\\d]{0,20}$`,
      "iu",
    ),
  ],
  [
    "multi",
    /(?:^|[^\d.,])\d+ ?(?:\/|for|für|pour|por|per|voor|za|за|til|till|für nur|stück|stk\.?|pcs|x|×|db) ?(?:just |only |nur )?$/iu,
  ],
  [
    "from",
    new RegExp(
      `${words("from|starting (?:at|from)|as low as|ab|schon ab|bereits ab|à partir de|a partir de|dès|desde|da|a partire da|vanaf|od|już od|už od|от|від|од|fra|från|frå|alkaen|începând de la|de la|από")}[ :]*(?:nur |only |just )?$`,
      "iu",
    ),
  ],
];

const UNIT =
  "(?:\\d+(?:[.,]\\d+)? ?)?(?:kg|kilo(?:gramm?)?|100 ?g|g|gr|gramm?|lb|lbs|oz|fl ?oz|l|lt|ltr|lit(?:er|re)s?|litro|cl|dl|ml|m|m2|m3|m²|qm|lfm|ft|sq ?ft|sqft|yd|cm|кг|г|л|мл|м|м2|wl|wash|load|sheet|tab|dose|waschladung)";

/** At the beginning of what stands behind the amount, after its currency. */
const BEHIND: readonly (readonly [AmountRole, RegExp])[] = [
  [
    "number",
    /^ ?(?:%|‰|°|"|''|×|x(?![\p{L}])|inch|zoll|cm|mm|kg|g|gr|gramm|ml|cl|l|ltr|oz|lb|lbs|stars?|reviews?|pieces|pcs|gb|tb|mah|mhz|ghz|watt)(?![\p{L}])/iu,
  ],
  [
    "instalment",
    new RegExp(
      `^ ?(?:(?:\\/|per|pro|je|par|por|al|a|im|в|за|na|om|per) ?${words("mo|mon|month|monat|mois|mes|mês|mese|maand|miesiąc|mies|měsíc|mesiac|месяц|мес|måned|månad|mån|mnd|hó|week|woche|year|yr|jahr|an|año|day|tag")}|${words("monthly|mtl|monatlich|mensuel|mensual|mensuale|mensile|p\\.? ?m\\.?|miesięcznie|měsíčně|ежемесячно")})`,
      "iu",
    ),
  ],
  [
    "per_unit",
    new RegExp(
      `^ ?(?:\\/|per|pro|je|par|por|al|alla|le|la|au|à|a|the|za|за|=|\\()? ?(?:1 )?(?:\\/|per|pro|je) ?${UNIT}${R}|^ ?\\/ ?${UNIT}${R}|^ ?(?:pro|per|par|por|al|le|za|за) ${UNIT}${R}`,
      "iu",
    ),
  ],
  [
    "saving",
    /^ ?(?:off|sparen|gespart|saved|cheaper|günstiger|rabatt|zľava|de réduction|de remise|de descuento|di sconto|korting|taniej)(?![\p{L}])/iu,
  ],
  ["list", /^ ?(?:uvp|rrp|msrp|list price|statt|listino)(?![\p{L}])/iu],
  [
    "shipping",
    /^ ?(?:shipping|versand|versandkosten|delivery|livraison|de envío|envio|spedizione|postage|frakt|p&p)(?![\p{L}])/iu,
  ],
  ["multi", /^ ?(?:for|für|pour|por) \d+(?![\d.,])/iu],
  ["from", /^ ?(?:から|〜|~|起|부터|ten itibaren|'den başlayan|alkaen|-tól|-től|and up|or more|\+$)/iu],
];

/** What an amount is, by the words around it: 60 characters on each side are enough. */
export function roleOf(before: string, behind: string): AmountRole {
  for (const [role, pattern] of BEHIND) if (pattern.test(behind)) return role;
  for (const [role, pattern] of BEFORE) if (pattern.test(before)) return role;
  return "price";
}

/** A text that gives something away, without any number. */
export const FREE =
  /^[^\d]{0,20}(?<![\p{L}\p{M}])(?:free|gratis|kostenlos|kostenfrei|gratuite?|gratuito|umsonst|zdarma|za darmo|ilmainen|ilmaiseksi|ingyenes|бесплатно|безкоштовно|безплатно|δωρεάν|ücretsiz|無料|免费|免費|무료|مجاني|חינם)(?![\p{L}\p{M}])[^\d]{0,20}$/iu;

/** A rate of tax beside a price: "incl. 19 % VAT". */
const TAX = "mwst|ust|vat|gst|hst|iva|tva|btw|dph|moms|mva|alv|áfa|tax|kdv|ндс|пдв|φπα";
export const TAX_RATE = new RegExp(
  `${L}(?:inkl?|incl?|including|includes|zzgl|exkl?|excl?|plus|with|avec|con|dont|mit|enthält|${TAX})\\.? ?(?:${TAX})?\\.? ?\\d{1,2}(?:[.,]\\d{1,2})? ?%(?: ?(?:${TAX})${R}\\.?)?|\\d{1,2}(?:[.,]\\d{1,2})? ?% ?(?:${TAX})${R}\\.?`,
  "giu",
);
