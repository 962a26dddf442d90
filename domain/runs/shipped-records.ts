import type { ShippedKind } from "../messages/names.ts";

/** What is known of how a model that comes with a release was made, and what it was measured to do before. */
interface ShippedRecord {
  trainedOn: string;
  /** civil days of the data; null where it names none */
  trainedFrom: string | null;
  trainedTo: string | null;
  /** SHA-256 of the data's files, one behind the other */
  dataHash: string;
  /** shares, by name */
  measured: Record<string, number>;
}

/** As ADR 5, `npm run bench:gate` and `npm run bench:matching` print them: to be renewed with the rules and the weights. */
export const SHIPPED_RECORDS: Record<ShippedKind, ShippedRecord> = {
  gate: {
    trainedOn: "844 price series of two grocers, with known errors put in",
    trainedFrom: "2017-04-05",
    trainedTo: "2023-06-26",
    dataHash: "f1e5962370c8ed7f01bf5b5579f9ce3b91ecea0e52c5a7c2c4bfa3121eb777c2",
    measured: { f1OfChanges: 0.913, f1OfDailyLooks: 0.891, falseQuarantine: 0.0017 },
  },
  matcher: {
    trainedOn: "labelled pairs of products: Abt-Buy, Amazon-Google",
    trainedFrom: null,
    trainedTo: null,
    dataHash: "d03abebe3678bc0f728282e05eb336dc44920ee642bea240178583ca179aff92",
    measured: {
      f1AbtBuy: 0.895,
      precisionAbtBuy: 0.907,
      f1AmazonGoogle: 0.696,
      precisionAmazonGoogle: 0.675,
    },
  },
};
