import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { holdScheduledRuns, type ProposalBody, propose, seedShop } from "./back-support.ts";
import { call } from "./support.ts";

export interface Problem {
  code: string;
  detail: string;
  errors?: { path: string; code: string }[];
  proposal?: unknown;
}

let proposed: Map<string, ProposalBody>;

/** Puts these SKUs on sale and lets a run propose a higher price for each; every test takes its own. */
export async function proposeFor(skus: readonly string[]): Promise<void> {
  await seedShop(skus);
  proposed = await propose(skus);
  expect([...proposed.keys()].toSorted()).toEqual(skus.toSorted());
  await holdScheduledRuns();
}

/** The price that the run proposed for a SKU, instead of 20.00. */
export function proposedPrice(sku: string): string {
  return proposed.get(sku)!.to;
}

export function idOf(sku: string): string {
  return proposed.get(sku)!.id;
}

export async function approve(sku: string, body?: Record<string, unknown>, as: typeof call = call) {
  return as<ProposalBody & Problem>("POST", `/api/proposals/${idOf(sku)}/approve`, body ?? {});
}

export async function stored(sku: string): Promise<ProposalBody> {
  return (await call<ProposalBody>("GET", `/api/proposals/${idOf(sku)}`)).body;
}

export async function setRisk(sku: string, risk: string): Promise<void> {
  await env.DB.prepare("UPDATE proposals SET risk = ?1 WHERE id = ?2").bind(risk, idOf(sku)).run();
}
