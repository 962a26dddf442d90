import { DAY_MS } from "../base/time.ts";
import type { SkuFeatures } from "../learning/features/sku-features.ts";
import { overrideInForce, priceOverrideInForce, strategyInForce } from "../ledger/overrides.ts";
import { decidePrice } from "../pricing/decision/decide.ts";
import { decisionDigest, type PricingDecision } from "../pricing/decision/decision.ts";
import type { PricingPolicy } from "../pricing/inputs.ts";
import type { RunManifest } from "./manifest.ts";
import type { PricedProduct } from "./priced-product.ts";
import { type DecisionClock, decisionClock, pricingInputs } from "./pricing-inputs.ts";

/** All that a proposals run reads of one SKU. Plain JSON. */
export interface PricingSnapshot {
  features: SkuFeatures;
  own: PricedProduct;
  /** from shop events; absent = none is known */
  purchasesLastHour?: number;
}

/** A decision in short: what the run counts and hashes. */
export interface DecisionDigest {
  sku: string;
  digest: string;
  verdict: PricingDecision["verdict"];
  reason: string;
}

/** How one SKU is priced: the settings' guardrails, and the strategy that an override or the settings choose for it. */
function policyFor(own: PricedProduct, manifest: RunManifest): PricingPolicy {
  const { settings, overrides, asOf, seed } = manifest;
  const { strategyBySku, strategyByCategory, objective, undercut, markup, pricePoints } = settings;
  const { temperature, periodDays, regretBudget } = settings.exploration;
  const choices = {
    sku: strategyBySku[own.sku] ?? null,
    category: strategyByCategory[own.category] ?? null,
    install: settings.strategy,
  };
  const override = priceOverrideInForce(overrides, own, asOf) ?? overrideInForce(overrides, own, asOf);
  return {
    ...settings.guardrails,
    ...{ objective, undercut, markup, pricePoints },
    exploration: {
      ...{ temperature, regretBudget, salt: seed },
      period: Math.floor(asOf / (periodDays * DAY_MS)),
    },
    strategy: strategyInForce(override, choices),
    // an override says that the rules decide and nothing else: without a market they keep the price
    marketFallback: override === null ? settings.marketFallback : "freeze",
  };
}

/** The inputs and the policy of one SKU's decision. */
export function problemOf(snapshot: PricingSnapshot, manifest: RunManifest, clock: DecisionClock) {
  const { features, own, purchasesLastHour = 0 } = snapshot;
  const { settings, costRatios } = manifest;
  const policy = policyFor(own, manifest);
  const activity = policy.strategy === "elasticity_optimizer" ? null : { purchasesLastHour };
  const challenger = policy.strategy === "ml_challenger";
  const needs = { ratio: costRatios[own.category], activity, challenger };
  return { inputs: pricingInputs(own, features, settings, clock, needs), policy };
}

export function clockOf({ asOf, settings }: RunManifest): DecisionClock {
  return decisionClock(asOf, settings.timeZone);
}

/**
 * Decides each SKU by itself. A kept price is explained in full only where it may still be decided again together with
 * other SKUs of the run.
 */
export function decideSkus(snapshots: readonly PricingSnapshot[], manifest: RunManifest): PricingDecision[] {
  const clock = clockOf(manifest);
  const coupled = isCoupled(manifest);
  return snapshots.map((snapshot) => {
    const { inputs, policy } = problemOf(snapshot, manifest, clock);
    return decidePrice(inputs, policy, coupled || snapshot.own.siblings.length > 0 ? "all" : "changes");
  });
}

export function digestOf(decision: PricingDecision): DecisionDigest {
  const { sku, verdict, reason } = decision;
  return { sku, digest: decisionDigest(decision), verdict, reason };
}

/** Whether a limit couples all SKUs of a run, so that none can be proposed before all are decided. */
export function isCoupled({ settings }: Pick<RunManifest, "settings">): boolean {
  return settings.maxPriceChanges !== null || settings.priceIndexBand !== null;
}
