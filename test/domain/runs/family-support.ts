import { finishSkus, poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import { chooseLadders, decideInLadder, ladderRows } from "../../../domain/runs/ladder-choice.ts";
import type { RunManifest } from "../../../domain/runs/manifest.ts";
import type { PricedProduct } from "../../../domain/runs/priced-product.ts";
import { decideSkus, type PricingSnapshot } from "../../../domain/runs/propose.ts";
import type { FamilyMove } from "../../../domain/settings/strategies.ts";
import { manifest, pricedProduct, snapshot } from "./support.ts";

interface Place {
  price: number;
  unitCost: number;
  packSize?: number | null;
  lineRank?: number | null;
  asOne?: FamilyMove;
}

/** Products of one family with what a run learned of them, moved to their prices. */
export function family(places: readonly Place[]): PricingSnapshot[] {
  const read = places.map((_, i) => snapshot(i, "a", { level: 20, elasticity: -2.5 }));
  const run = manifest("elasticity");
  const filtered = identifiedFilters(read, run);
  const inputs = filtered.map((sku, i) => poolInput(sku!, read[i]!, run));
  const finished = finishSkus(read, filtered, poolSkus(inputs, run), run);
  const skuOf = (i: number) => read[i]!.features.sku;
  return places.map(({ price, unitCost, packSize = null, lineRank = null, asOne }, i) => {
    const report = finished[i]!.report!;
    const sure = { mean: -2.5, sd: 0.1, identified: true, label: "elastic" } as const;
    const elasticity = { ...report, ...sure, demand: { ...report.demand, logPrice: Math.log(price / 100) } };
    const siblings = places.flatMap((other, j) =>
      j === i
        ? []
        : [
            {
              sku: skuOf(j),
              packSize: other.packSize ?? null,
              lineRank: other.lineRank ?? null,
              price: other.price,
            },
          ],
    );
    const own: PricedProduct = pricedProduct(skuOf(i), "a", {
      ...{ price, basePrice: price, unitCost, packSize, lineRank, siblings, elasticity, stock: null },
      ...(asOne && { asOne }),
    });
    return { features: { ...read[i]!.features, offers: [] }, own };
  });
}

/** The prices that the family comes to together. */
export function together(snapshots: PricingSnapshot[], run: RunManifest = manifest("proposals")) {
  const alone = decideSkus(snapshots, run);
  const ladders = chooseLadders(ladderRows(snapshots, alone, run).filter((row) => row !== null));
  const joint = snapshots.map((one, i) => {
    const prices = ladders.get(one.own.sku);
    return prices ? decideInLadder(one, prices, run) : alone[i]!;
  });
  return { alone, joint, ladders };
}
