import { canonicalJson, sha256Hex } from "../base/canonical-json.ts";
import type { PricingDecision, ReasonCode } from "../pricing/decision/decision.ts";
import type { Settings } from "../settings/settings.ts";
import type { DecisionDigest, ProposalWorth } from "./decision-digest.ts";

const DUE_REASONS: ReadonlySet<ReasonCode> = new Set([
  "limit_violated",
  "floor_step_conflict",
  "cap_step_conflict",
  "trial_over",
]);
/** Of the proposals that are shown, experiments are at most this share while others wait. */
const EXPERIMENT_SHARE = 1 / 2;

/**
 * What a change is worth: halfway between the expected gain in profit and its bad case, the 10 % quantile, so that of
 * two equal gains the surer comes first. An experiment is worth what it tells: the variance of the elasticity that it
 * takes away, times the profit that the price decides about.
 *
 * @example worthOf(decision) // { kind: "gain", value: 700, … } for a gain of 10.00 with an 80 % interval from 4.00
 */
export function worthOf(decision: PricingDecision): ProposalWorth {
  const { delta, atCurrent, exploration, reason, from } = decision;
  if (exploration !== null) {
    const [before, after] = exploration.sd;
    const value = (before ** 2 - after ** 2) * Math.max(0, atCurrent?.profit ?? 0);
    return { kind: "experiment", value: Math.round(value), from };
  }
  const value = delta === null ? 0 : Math.round((delta.profit + delta.interval80[0]) / 2);
  return { kind: DUE_REASONS.has(reason) ? "due" : "gain", value, from };
}

/** Most proposals of one run: of a catalogue of so many products; null = no cap. */
export function proposalsMax(
  { proposalCap }: Pick<Settings, "proposalCap">,
  catalogue: number,
): number | null {
  return proposalCap && Math.max(proposalCap.count, Math.floor(proposalCap.share * catalogue));
}

/** Products whose prices are shown together or not at all. */
interface Unit {
  skus: string[];
  kind: ProposalWorth["kind"];
  value: number;
}

/**
 * The SKUs whose proposals a run holds back, because others are worth more. What is due is always
 * shown. The rest comes by value; the products of a ladder together, by their sum.
 */
export function heldBack(digests: readonly DecisionDigest[], most: number | null): Set<string> {
  const proposed = digests.filter(({ verdict }) => verdict === "propose");
  if (most === null || proposed.length <= most) return new Set();
  const units = unitsOf(proposed);
  const sizeOf = (kind: Unit["kind"]) =>
    units.reduce((sum, unit) => sum + (unit.kind === kind ? unit.skus.length : 0), 0);
  const room = Math.max(0, most - sizeOf("due"));
  const experiments = Math.min(
    sizeOf("experiment"),
    Math.max(Math.floor(room * EXPERIMENT_SHARE), room - sizeOf("gain")),
  );
  const left = { due: Number.POSITIVE_INFINITY, experiment: experiments, gain: room - experiments };
  const held = new Set<string>();
  for (const { skus, kind } of units) {
    if (skus.length <= left[kind]) left[kind] -= skus.length;
    else for (const sku of skus) held.add(sku);
  }
  return held;
}

/** The proposals in the order in which they are shown: by value, then by SKU. */
function unitsOf(proposed: readonly DecisionDigest[]): Unit[] {
  const groups = Map.groupBy(proposed, ({ sku, ladder }) => ladder ?? sku);
  const units = [...groups.values()].map((members): Unit => {
    const worths = members.map(({ worth }) => worth!);
    const kind = worths.some((worth) => worth.kind === "due")
      ? "due"
      : worths.every((worth) => worth.kind === "experiment")
        ? "experiment"
        : "gain";
    const value = worths.reduce((sum, worth) => sum + worth.value, 0);
    return { skus: members.map(({ sku }) => sku).sort(), kind, value };
  });
  return units.sort((a, b) => b.value - a.value || (a.skus[0]! < b.skus[0]! ? -1 : 1));
}

/** The decision in short when its proposal is held back: the price stays for now. */
export function heldBackDigest({ sku, worth, currency, strategy }: DecisionDigest): DecisionDigest {
  const { from } = worth!;
  const kept = { sku, verdict: "hold" as const, reason: "proposal_cap" };
  const empty: string[] = [];
  const digest = sha256Hex(canonicalJson({ ...kept, from, to: from, binding: empty, relaxations: empty }));
  return { ...kept, digest, from, to: from, ...(currency && { currency }), ...(strategy && { strategy }) };
}
