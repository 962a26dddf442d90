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
  /** a deposit, a surcharge, a bid, a least order: money, but not the price */
  | "other"
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
    "number",
    /(?<![\p{L}\p{M}])(?:art(?:ikel|icle)?\.?[- ]?(?:nr|no|nummer|number)|(?:item|model|part|order|bestell|modell|mfr)\.?[- ]?(?:nr|no|nummer|number|code)|sku|ref(?:erence|erenz)?|réf|isbn|ean|gtin|upc|asin|mpn|артикул|арт|品番|型番|货号)\.?[ :#]*$|[★☆⭐]\s*$/iu,
  ],
  [
    "saving",
    new RegExp(
      `${words("you save|save|saving|savings|discount|off|sie sparen|sparen|ersparnis|rabatt|economisez|économisez|remise|ahorra|ahorro|descuento|risparmi|sconto|bespaar|korting|oszczędzasz|rabat|sleva|zľava|ušetříte|скидка|экономия|знижка|du sparar|spar|desconto|economize|割引|立减|省|du sparst|sparst|ihr vorteil|gutschein|coupon|voucher|cashback|bon|vale|cupón|выгода|скидки|indirim|ušteda|kedvezmény|megtakarítás")}[ :]*(?:up to )?[-(]?$`,
      "iu",
    ),
  ],
  [
    "list",
    new RegExp(
      `${words("was|rrp|msrp|srp|list(?: price)?|statt|uvp|instead of|regular(?: price)?|reg|old(?: price)?|original(?:ly)?(?: price)?|alter preis|vorher|bisher|früher|ehemals|streichpreis|prix (?:barré|conseillé|public)|au lieu de|avant|antes|pvpr|precio (?:anterior|recomendado|original)|prezzo (?:di listino|precedente|consigliato)|invece di|anziché|adviesprijs|van|voor|przed|cena (?:regularna|katalogowa|poprzednia)|původní cena|běžná cena|bežná cena|pôvodná cena|стара цена|старая цена|стара ціна|было|вместо|ord(?:\\.|inarie) pris|före|før|tidligere|normaalihinta|eredeti ár|helyett|eski fiyat|メーカー希望小売価格|希望小売価格|通常価格|定価|参考価格|参考价|原价|原價|市场价|市場價|划线价|정가|anstatt|ehemaliger preis|listenpreis|ladenpreis|normalpreis|(?:unverb|unverbindl|unverbindliche)\\.? ?(?:preisempf|preisempfehlung)|preisempfehlung|empf\\.? ?vk|compare at|compared to|retail(?: price)?|comparable value|prix de vente conseillé|ancien prix|prix initial|prix d'origine|prix de référence|pvp recomendado|precio (?:de lista|normal|habitual)|prezzo (?:pieno|originale|di partenza|precedente più basso)|normaal|van de prijs van|tidigare(?: lägsta)? pris|førpris|vejl\\.? ?pris|vejledende(?: udsalgs)?pris|veiledende(?: pris)?|veil\\.? ?pris|rek\\.? ?pris|rekommenderat pris|ovh|suositushinta|цена без скидки|рекомендованная цена|звичайна ціна|preço (?:original|normal|de tabela)|cena (?:przed obniżką|detaliczna|rynkowa|bez popustu)|najniższa cena[^\\d]{0,24}(?:30|\\d+) dni[^\\d]{0,16}|redovna cijena|stara cena|piyasa fiyatı")}(?: (?:price|preis|des herstellers))?[ .:]*$`,
      "iu",
    ),
  ],
  [
    "shipping",
    new RegExp(
      `${words("shipping|delivery|postage|p&p|versand(?:kosten)?|zzgl|livraison|frais de port|envío|gastos de envío|spedizione|verzending|verzendkosten|wysyłka|dostawa|doprava|доставка|frakt|fragt|toimitus|szállítás|送料|运费|運費|배송비|versandkostenfrei ab|portofrei ab|free (?:shipping|delivery)[^\\d]{0,24}|gratis (?:verzending|versand|frakt|fragt)[^\\d]{0,16}|livraison (?:gratuite|offerte) dès|envío gratis[^\\d]{0,16}|spedizione gratuita[^\\d]{0,16}|darmowa dostawa[^\\d]{0,8}|doprava zdarma[^\\d]{0,8}|бесплатная доставка[^\\d]{0,8}")}[ :+]*$`,
      "iu",
    ),
  ],
  [
    "other",
    new RegExp(
      `${words("mindestbestellwert|mindestbestellmenge|minimum order|min\\.? order|aufpreis|zuschlag|surcharge|supplément|supplemento|recargo|zzgl|pfand|consigne|statiegeld|pant|current bid|bid|höchstgebot|gebot|startpreis|enchère|trade-in(?: value)?|eintauschen für|inzahlungnahme|gift card|geschenkkarte")}[ .:]*$|\\+ ?$`,
      "iu",
    ),
  ],
  [
    "instalment",
    /\d+ ?(?:x|×|mal|raten?|monatsraten|parcelas?|cuotas?|mensualités|mensualidades|meses|msi|fois|rate|rat|splátek|платеж[аей]*|payments?|instal?lments?)(?: (?:de|of|à|a|von|zu|da|di|po|по|sem (?:juros de)?|sin intereses de|sans frais))?[ :]*$|(?<![\p{L}\p{M}])(?:monatlich|mtl\.?|monatsrate|monthly|per month|mensual|mensuel|mensuale|mensile|miesięcznie|měsíčně|havonta|в месяц|на месяц|anzahlung|deposit|down payment|acompte|acconto|anticipo|entrada|zaliczka|záloha|月々|月額|月供|分期|월)[ :]*$/iu,
  ],
  [
    "per_unit",
    new RegExp(
      `${words("grundpreis|unit price per|prix au kilo|prix au litre|prezzo al kg|precio por kilo|cena za|jämförpris|jmf\\.?-?pris|jfr\\.? ?pris|sammenligningspris|vertailuhinta|единичная цена")}[^\\d]{0,20}$|(?:^|[^\\p{L}\\d])(?:kg|100 ?g|l|liter|litre|m²|m2)[ :=]{1,3}$|(?:当たり|あたり)[ :]*$`,
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
  "(?:\\d+(?:[.,]\\d+)? ?)?(?:kg|kilo(?:gramm?)?|100 ?g|g|gr|gramm?|lb|lbs|oz|fl ?oz|l|lt|ltr|lit(?:er|re)s?|litro|cl|dl|ml|m|m2|m3|m²|qm|lfm|meter|metre|metro|metr|ft|foot|feet|sq ?ft|sqft|yd|yards?|pounds?|ounces?|cm|ha|kwh|wh|斤|公斤|千克|キロ|킬로|кило|кг|г|л|мл|м|м2|wl|wash|load|sheet|tab|dose|waschladung)";

/** At the beginning of what stands behind the amount, after its currency. */
const BEHIND: readonly (readonly [AmountRole, RegExp])[] = [
  [
    "number",
    /^ ?(?:%|‰|°|"|''|×|x(?![\p{L}])|inch|zoll|cm|mm|kg|g|gr|gramm|ml|cl|l|ltr|oz|lb|lbs|stars?|reviews?|pieces|pcs|gb|tb|mah|mhz|ghz|watt|points?|punkte|puntos|punti|pkt\.?|credits|coins|miles|meilen|sterne|estrellas|étoiles|reviews)(?![\p{L}])/iu,
  ],
  [
    "instalment",
    new RegExp(
      `^ ?(?:(?:\\/|per|pro|je|par|por|al|a|im|в|за|na|om|per) ?${words("mo|mon|month|monat|mois|mes|mês|mese|maand|miesiąc|mies|měsíc|mesiac|месяц|мес|måned|månad|mån|mnd|hó|hónap|kk|kuukausi|kuussa|ay|aylık|μήνα|mies|měs|mes|mês|lună|luna|mėn|mēn|kuu|mjesec|mesečno|місяць|міс|week|wk|woche|semaine|semana|settimana|year|yr|jahr|an|anno|año|ano|rok|år|rok|day|tag|jour|día|giorno|hour|hr|stunde|std|heure|hora|night|nacht|nuit|noche|notte")}|\\/ ?[月年日周週월년일]|${words("monthly|mtl|monatlich|mensuel(?:le)?s?|mensual(?:es)?|mensuali?|mensili?|mensais|mensal|havonta|aylık|p\\.? ?m\\.?|miesięcznie|měsíčně|ежемесячно")})`,
      "iu",
    ),
  ],
  [
    "per_unit",
    new RegExp(
      `^ ?(?:\\/|per|pro|je|par|por|al|alla|le|la|au|à|a|the|za|за|=|\\()? ?(?:1 )?(?:\\/|per|pro|je|pr\\.?) ?${UNIT}${R}|^ ?\\/ ?${UNIT}(?:${R}|$)|^ ?(?:pro|per|par|por|al|el|le|za|за|pr\\.?) ${UNIT}${R}`,
      "iu",
    ),
  ],
  [
    "saving",
    /^ ?(?:off|sparen|gespart|saved|cheaper|günstiger|billiger|rabatt|gutschein|cashback|voucher|coupon|bonus|zľava|de réduction|de remise|de descuento|di sconto|korting|taniej)(?![\p{L}])/iu,
  ],
  ["list", /^ ?(?:uvp|rrp|msrp|list price|statt|listino|vejl|veil)(?![\p{L}])/iu],
  [
    "shipping",
    /^ ?(?:shipping|versand|versandkosten|delivery|livraison|de envío|envio|spedizione|postage|frakt|p&p)(?![\p{L}])/iu,
  ],
  [
    "other",
    /^ ?(?:pfand|aufpreis|zuschlag|surcharge|deposit|statiegeld|trade-in|minimum order)(?![\p{L}])/iu,
  ],
  [
    "multi",
    /^ ?(?:for|für|pour|por) \d+(?![\d.,])|^ ?(?:\/|per|pro|je|par|por|za) ?(?:case|dozen|box of|karton|kiste|ve|tray|palette?|pallet|carton|caja|cartone|doos|\d{2,} ?(?:st\.?|stk\.?|stück|pcs|pieces|ct|count|ks|szt\.?|шт|db|個|个)?)(?![\p{L}\d.,])/iu,
  ],
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
