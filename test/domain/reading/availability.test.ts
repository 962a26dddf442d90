import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAvailability } from "../../../domain/reading/availability.ts";

/** By what they mean: of data formats, then of pages in the languages of shops. */
const SAID = {
  in_stock: [
    ...[
      "InStock",
      "https://schema.org/InStock",
      "http://schema.org/InStock/",
      "schema:InStock",
      "in_stock",
      "In Stock",
    ],
    ...[
      "LimitedAvailability",
      "InStoreOnly",
      "OnlineOnly",
      "MadeToOrder",
      "instock",
      "IN_STOCK",
      "in stock",
      "available",
    ],
    ...["true", "True", "yes", "1", "12", "5+", " in  stock ", "add to cart", "Ships within 24 hours", "NOW"],
    ...["Only 2 left in stock", "Only 1 left - order soon", "3 items available", "Low stock", "Last few!"],
    ...[
      "Auf Lager",
      "auf Lager, Lieferzeit 1-3 Tage",
      "Nur noch 2 Stück",
      "sofort lieferbar",
      "Verfügbar",
      "vorrätig",
    ],
    ...[
      "En stock",
      "Disponible",
      "Plus que 3 en stock",
      "Expédié sous 24h",
      "Quedan 3 unidades",
      "Disponibilità immediata",
    ],
    ...[
      "Em estoque",
      "Disponível",
      "Op voorraad",
      "Dostępny",
      "dostępna od ręki",
      "Skladem",
      "Skladem > 5 ks",
      "Na sklade",
    ],
    ...[
      "I lager",
      "På lager",
      "Varastossa",
      "Raktáron",
      "În stoc",
      "Na zalihi",
      "Stokta var",
      "В наличии",
      "Є в наявності",
    ],
    ...[
      "10 pcs",
      "stock: 14",
      "Bestand: 12 Stück",
      "库存 12 件",
      "품절임박",
      "Ne rimangono solo 2",
      "Posledních 2 ks",
    ],
    ...["Διαθέσιμο", "在庫あり", "残りわずか", "有货", "现货", "재고 있음", "متوفر", "במלאי", "มีสินค้า"],
  ],
  out_of_stock: [
    ...[
      "OutOfStock",
      "https://schema.org/SoldOut",
      "http://schema.org/Discontinued",
      "Reserved",
      "out_of_stock",
      "outofstock",
    ],
    ...[
      "Out of Stock",
      "out of stock",
      "out-of-stock",
      "Sold out",
      "SOLD OUT!",
      "Currently unavailable.",
      "OOS",
    ],
    ...[
      "false",
      "False",
      "no",
      "0",
      "0.0",
      "-3",
      "0 in stock",
      "0 left",
      "Not in stock",
      "No longer available",
      "not available",
    ],
    ...[
      "Notify me when available",
      "Temporarily out of stock",
      "Back in stock soon",
      "isn't available",
      "Coming soon",
    ],
    ...[
      "Ausverkauft",
      "Nicht auf Lager",
      "derzeit nicht lieferbar",
      "Nicht mehr verfügbar",
      "vergriffen",
      "Kein Lagerbestand verfügbar",
    ],
    ...[
      "Épuisé",
      "En rupture de stock",
      "Indisponible",
      "Bientôt disponible",
      "Agotado",
      "Sin stock",
      "No disponible",
    ],
    ...[
      "Esaurito",
      "Non disponibile",
      "Esgotado",
      "Indisponível",
      "Uitverkocht",
      "Niet op voorraad",
      "Niedostępny",
    ],
    ...[
      "Brak w magazynie",
      "Vyprodáno",
      "Není skladem",
      "Vypredané",
      "Slutsåld",
      "Ej i lager",
      "Udsolgt",
      "Utsolgt",
    ],
    ...[
      "Ikke på lager",
      "Loppu varastosta",
      "Ei varastossa",
      "Elfogyott",
      "Nincs készleten",
      "Stoc epuizat",
      "Rasprodano",
    ],
    ...[
      "Tükendi",
      "Stokta yok",
      "Нет в наличии",
      "Немає в наявності",
      "Изчерпан",
      "Εξαντλημένο",
      "Μη διαθέσιμο",
    ],
    ...[
      "0 pcs",
      "stock: 0",
      "Lagerbestand: 0",
      "在庫：なし",
      "Nicht bestellbar",
      "In Kürze lieferbar",
      "available soon",
    ],
    ...["在庫切れ", "売り切れ", "完売", "缺货", "售罄", "품절", "غير متوفر", "אזל מהמלאי", "สินค้าหมด"],
  ],
  preorder: [
    ...[
      "PreOrder",
      "https://schema.org/PreSale",
      "BackOrder",
      "http://schema.org/BackOrder",
      "pre-order",
      "Pre order now",
    ],
    ...[
      "preorder",
      "backorder",
      "onbackorder",
      "available for preorder",
      "Out of stock, available on backorder",
    ],
    ...[
      "Vorbestellen",
      "Vorbestellbar",
      "Jetzt vorbestellen",
      "Précommande",
      "Sur commande",
      "Preventa",
      "Preordine",
    ],
    ...[
      "Pré-venda",
      "Przedsprzedaż",
      "Předobjednávka",
      "Förhandsbeställ",
      "Forudbestil".replace("Forud", "For"),
      "Предзаказ",
    ],
    ...["In stock on December 12", "special order", "Available for order"],
    ...["予約受付中", "预售", "예약판매", "Ön sipariş"],
  ],
  unknown: [
    ...["perhaps", "blue", "see description", "12.99 EUR or so", "not sold out", "lorem ipsum dolor"],
    ...["https://shop.example/p/1", "x".repeat(5000)],
  ],
} as const;

describe("the words of availability", () => {
  test.each(
    Object.entries(SAID).flatMap(([state, texts]) => texts.map((text) => [text, state] as const)),
  )("%s is %s", (text, state) => {
    expect(readAvailability(text)).toBe(state);
    expect(readAvailability(text.toUpperCase())).toBe(state);
  });

  test("a boolean and a count say it too", () => {
    expect([true, false, 1, 0, 7, -1].map(readAvailability)).toEqual([
      ...["in_stock", "out_of_stock", "in_stock", "out_of_stock", "in_stock", "out_of_stock"],
    ]);
    expect(readAvailability(Number.NaN)).toBe("unknown");
  });

  test("nothing said is not the same as nothing there", () => {
    for (const nothing of [null, undefined, "", "  ", "-", "None", "null", "NaN", "n/a"])
      expect(readAvailability(nothing)).toBeUndefined();
  });

  test("a reference to schema.org and a list of one state are read, a list of several is not", () => {
    expect(readAvailability({ "@id": "schema:OutOfStock" })).toBe("out_of_stock");
    expect(readAvailability(["InStock", "https://schema.org/InStock"])).toBe("in_stock");
    expect(readAvailability(["InStock", "OutOfStock"])).toBe("unknown");
    expect(readAvailability({})).toBe("unknown");
  });

  test("no value of any kind makes it fail", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect([undefined, "in_stock", "out_of_stock", "preorder", "unknown"]).toContain(
          readAvailability(value),
        );
      }),
    );
  });
});
