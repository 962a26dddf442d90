import { createCostPlus } from "./baselines/cost-plus.ts";
import { createDemandWeightedLiteral, createDemandWeightedSafe } from "./baselines/demand-weighted.ts";
import { createMatchLowest } from "./baselines/match-lowest.ts";
import { createOls } from "./baselines/ols.ts";
import { createRules } from "./baselines/rules.ts";
import { createStatic } from "./baselines/static.ts";
import type { PolicyPreset } from "./policy/config.ts";
import { createPolicy } from "./policy/policy.ts";
import type { PolicyFactory } from "./simulate.ts";

/** The policy whose share and gap stand at the top of a scenario's figures. */
export const DEFAULT_POLICY = "active";

/** Policies by name, in the order of the table. */
export const POLICIES: Readonly<Record<string, PolicyFactory>> = {
  "demand-weighted": createDemandWeightedLiteral,
  match: () => createMatchLowest(),
  static: createStatic,
  rules: () => createRules(),
  "demand-weighted-safe": createDemandWeightedSafe,
  "cost-plus": createCostPlus,
  ols: () => createOls(),
  certain: ours("certain"),
  thompson: ours("thompson"),
  calm: ours("calm"),
  directed: ours("directed"),
  active: ours("active"),
};

/** Our policy under a preset, told the catalogue and nothing else of the market. */
function ours(preset: PolicyPreset): PolicyFactory {
  return ({ world }) => {
    const catalogue = world.skus.map(({ category }, i) => ({
      id: String(i).padStart(4, "0"),
      category: String(category),
    }));
    return createPolicy({ catalogue, preset, salt: world.seed });
  };
}
