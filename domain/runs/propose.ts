import { DAY_MS } from "../base/time.ts";
import { type ArmInForce, armOf, withArm } from "../experiments/arms.ts";
import { hasHoldOut, isHeldOut } from "../experiments/hold-out.ts";
import type { SkuFeatures } from "../learning/features/sku-features.ts";
import { restraintsInForce, strategyInForce, strategyOverrideInForce } from "../ledger/overrides.ts";
import { isKeyValueItem } from "../market/key-value-items.ts";
import { decidePrice } from "../pricing/decision/decide.ts";
import { decisionDigest, type PricingDecision } from "../pricing/decision/decision.ts";
import type { PricingInputs, PricingPolicy } from "../pricing/inputs.ts";
import { tightened } from "../pricing/key-value-policy.ts";
import { textKey } from "../pricing/optimisation/thompson.ts";
import type { DecisionDigest } from "./decision-digest.ts";
import type { RunManifest } from "./manifest.ts";
import { ruleFor } from "./price-rule-match.ts";
import { isOnLadder, type PricedProduct, trialInForce } from "./priced-product.ts";
import { type DecisionClock, decisionClock, pricingInputs } from "./pricing-inputs.ts";
import { worthOf } from "./proposal-cap.ts";

/** All that a proposals run reads of one SKU. Plain JSON. */
export interface PricingSnapshot {
  features: SkuFeatures;
  own: PricedProduct;
  /** from shop events; absent = none is known */
  purchasesLastHour?: number;
}

/** How one SKU is priced: the settings' guardrails, and the strategy that an override or the settings choose for it. */
function policyFor(
  { own, features }: PricingSnapshot,
  manifest: RunManifest,
  arm: ArmInForce | null,
): PricingPolicy {
  const { overrides, asOf } = manifest;
  const settings = arm === null ? manifest.settings : withArm(manifest.settings, arm.change);
  const { strategyBySku, strategyByBrand, strategyByCategory, objective, undercut, markup, pricePoints } =
    settings;
  const fitting = ruleFor(own, features, settings, asOf);
  const choices = {
    arm: arm?.change.strategy ?? null,
    rule: fitting && ("price_rule" as const),
    sku: strategyBySku[own.sku] ?? null,
    brand: own.brand === null ? null : (strategyByBrand[own.brand] ?? null),
    category: strategyByCategory[own.category] ?? null,
    install: settings.strategy,
  };
  const override = strategyOverrideInForce(overrides, own, asOf);
  const restraints = restraintsInForce(overrides, own, asOf);
  const inForce = strategyInForce(override, choices);
  const rule = inForce === "price_rule" ? fitting : null;
  const isKvi = isKeyValueItem(own);
  const guardrails = isKvi ? tightened(settings.guardrails, settings.keyValueItems) : settings.guardrails;
  const heldOut = override === null && isKept(own, manifest);
  return {
    ...guardrails,
    ...(restraints.has("NARROW_STEPS") && {
      maxStep: Math.min(guardrails.maxStep, settings.drift.narrowStep),
    }),
    ...(restraints.has("FREEZE_RISES") && { noRises: true }),
    ...(restraints.has("CLIP_DEMAND") && { demandFactor: 1 - settings.drift.clipShare }),
    ...(heldOut && { heldOut }),
    ...{ objective, undercut, markup, pricePoints },
    ...(isKvi && { isKeyValueItem: true as const }),
    exploration: !isKvi && mayTry(own, manifest) ? explorationOf(features, manifest) : null,
    strategy: heldOut ? "freeze" : inForce,
    // an override says that the rules decide and nothing else: without a market they keep the price
    marketFallback: override === null ? (rule?.otherwise ?? settings.marketFallback) : "freeze",
    ...(rule && { rule }),
  };
}

/** Whether a product is held out. Runs of before there was a hold-out have no setting of it. */
function isKept(own: PricedProduct, { settings, catalogue }: RunManifest): boolean {
  const { holdOut } = settings as Partial<RunManifest["settings"]>;
  return holdOut !== undefined && hasHoldOut(holdOut, catalogue) && isHeldOut(own, holdOut);
}

/** Whether prices are tried at all: not where products are priced together, which each other's trials would move. */
function mayTry(own: PricedProduct, manifest: RunManifest): boolean {
  return !isCoupled(manifest) && !isOnLadder(own);
}

/** Each SKU's periods begin on a day of its own, so that a week's trials are not all put before people on one. */
function explorationOf({ sku, currency }: SkuFeatures, manifest: RunManifest): PricingPolicy["exploration"] {
  const { settings, asOf, seed, contributions, leastWorth } = manifest;
  const { periodDays } = settings.exploration;
  const shift = textKey(sku) % periodDays;
  const period = Math.floor((asOf / DAY_MS + shift) / periodDays);
  return {
    ...settings.exploration,
    ...{ salt: seed, period, periodStart: (period * periodDays - shift) * DAY_MS },
    meanContribution: contributions?.[currency] ?? null,
    leastWorth: leastWorth?.[currency] ?? null,
  };
}

/** The inputs and the policy of one SKU's decision. */
export function problemOf(snapshot: PricingSnapshot, manifest: RunManifest, clock: DecisionClock) {
  const { features, own, purchasesLastHour = 0 } = snapshot;
  const { settings, costRatios } = manifest;
  const arm = armOf(own.sku, clock.today, manifest.tests ?? []);
  const policy = policyFor(snapshot, manifest, arm);
  const activity = policy.strategy === "elasticity_optimizer" ? null : { purchasesLastHour };
  const challenger = policy.strategy === "ml_challenger";
  const needs = { ratio: costRatios[own.category], activity, challenger };
  const plain = pricingInputs(own, features, settings, clock, needs);
  const inputs = withArmFact(clipped(plain, policy), arm);
  const trial = mayTry(own, manifest) ? trialInForce(own) : null;
  return { inputs: trial ? { ...inputs, trial } : inputs, policy };
}

/** The inputs with the lower demand that an override orders, where predictions have been too high. */
function clipped(inputs: PricingInputs, { demandFactor = 1 }: PricingPolicy): PricingInputs {
  if (demandFactor === 1 || inputs.demand === null) return inputs;
  return { ...inputs, demand: { ...inputs.demand, perDay: inputs.demand.perDay * demandFactor } };
}

/** The inputs, which say in which price test the product is. */
function withArmFact(inputs: PricingInputs, arm: ArmInForce | null): PricingInputs {
  if (arm === null) return inputs;
  const fact = { name: "price test", value: `${arm.test}, arm ${arm.name}`, at: null };
  return { ...inputs, facts: () => [...inputs.facts(), fact] };
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

/** A decision about one of our products in short. */
export function digestOf(decision: PricingDecision, own: PricedProduct): DecisionDigest {
  const { sku, verdict, reason, from, to, currency, strategy } = decision;
  const digest = { sku, digest: decisionDigest(decision), verdict, reason, from, to, currency, strategy };
  if (verdict !== "propose") return digest;
  const worth = worthOf(decision);
  if (!isOnLadder(own)) return { ...digest, worth };
  const ladder = own.siblings.reduce((first, sibling) => (sibling.sku < first ? sibling.sku : first), sku);
  return { ...digest, worth, ladder };
}

/** Whether a limit couples all SKUs of a run, so that none can be proposed before all are decided. */
export function isCoupled({ settings }: Pick<RunManifest, "settings">): boolean {
  return settings.maxPriceChanges !== null || settings.priceIndexBand !== null;
}
