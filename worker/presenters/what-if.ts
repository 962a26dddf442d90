import type { z } from "@hono/zod-openapi";
import { formatMinor } from "../../domain/base/money.ts";
import type { WhatIfAnswer as Shape } from "../../domain/contract/what-if.ts";
import type { WhatIfProduct, WhatIfTotals } from "../../domain/runs/what-if.ts";
import type { WhatIfAnswer } from "../../services/pricing/what-if.ts";
import { given } from "./given.ts";

type Shown = z.infer<typeof Shape>;

export function presentWhatIf(answer: WhatIfAnswer): Shown {
  const { currency, horizonDays, considered, of, asked, asSet, products } = answer;
  return {
    ...{ currency, horizonDays, considered, of },
    ...presentTotals(asked, currency),
    asSet: presentTotals(asSet, currency),
    products: products.map((pair) => presentProduct(pair.asked, pair.asSet)),
  };
}

function presentTotals(totals: WhatIfTotals, currency: string): Shown["asSet"] {
  const { revenue, profit, index, byRule, ...counts } = totals;
  const changeOf = ({ before, after }: { before: number; after: number }) => ({
    before: formatMinor(before, currency),
    after: formatMinor(after, currency),
    change: formatMinor(after - before, currency),
  });
  return {
    ...counts,
    byRule: Object.fromEntries(
      Object.entries(byRule).map(([rule, of]) => [rule, { ...of, meanChangePct: tenth(of.meanChangePct) }]),
    ),
    revenue: changeOf(revenue),
    profit: changeOf(profit),
    index: { before: tenth(index.before), after: tenth(index.after) },
  };
}

function tenth(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}

function presentProduct(asked: WhatIfProduct, asSet: WhatIfProduct): Shown["products"][number] {
  const { sku, currency, from, to, verdict, reason, limitedBy, expected, atCurrent, rule } = asked;
  const money = (minor: number) => formatMinor(minor, currency);
  const profit = expected === null || atCurrent === null ? null : money(expected.profit - atCurrent.profit);
  return {
    ...{ sku, currency, from: money(from), to: money(to), asSet: money(asSet.to) },
    ...{ verdict, reason, limitedBy },
    ...given({ profit, rule }),
  };
}
