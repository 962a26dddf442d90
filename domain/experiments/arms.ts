import { z } from "zod";
import { GuardrailSettings } from "../settings/guardrails.ts";
import { type Settings, SettingsChange } from "../settings/settings.ts";
import { type Periods, switchbackArm } from "./assignment.ts";

const { strategy, objective, undercut, markup, marketFallback } = SettingsChange.shape;
const { leftDigit, charmEndings, minProbability, minProbabilityUnidentified, minGain, minChange } =
  GuardrailSettings.shape;

/** The guardrails that an arm may change: how a price is chosen, and no limit that protects from harm. */
const ArmGuardrails = z.strictObject({
  leftDigit: leftDigit.unwrap().optional(),
  charmEndings: charmEndings.unwrap().optional(),
  minProbability: minProbability.unwrap().optional(),
  minProbabilityUnidentified: minProbabilityUnidentified.unwrap().optional(),
  minGain: minGain.unwrap().optional(),
  minChange: minChange.unwrap().optional(),
});

/** What an arm of a price test does otherwise than the settings; nothing = the control. */
export const ArmChange = z.strictObject({
  ...{ strategy, objective, undercut, markup, marketFallback },
  guardrails: ArmGuardrails.optional(),
});
export type ArmChange = z.infer<typeof ArmChange>;

/** A price test as a run sees it. Plain JSON. */
export interface TestInForce {
  id: string;
  name: string;
  arms: { name: string; change: ArmChange }[];
  /** of a switchback; null = each cluster keeps its arm */
  periods: Periods | null;
  salt: number;
  /** number of its first civil day */
  firstDay: number;
  /** by SKU: its cluster and its arm */
  members: Record<string, [cluster: string, arm: number]>;
}

export interface ArmInForce {
  test: string;
  name: string;
  change: ArmChange;
}

/** The arm of a SKU on a civil day, null where it is in no test. */
export function armOf(sku: string, today: number, tests: readonly TestInForce[]): ArmInForce | null {
  for (const { name, arms, periods, salt, firstDay, members } of tests) {
    const member = members[sku];
    if (member === undefined || today < firstDay) continue;
    const [cluster, arm] = member;
    const position = periods ? switchbackArm(cluster, today - firstDay, periods, salt) : arm;
    return { test: name, ...arms[position]! };
  }
  return null;
}

/** The settings of an arm. */
export function withArm(settings: Settings, { strategy: _, guardrails, ...change }: ArmChange): Settings {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...settings, ...given, guardrails: { ...settings.guardrails, ...guardrails } } as Settings;
}
