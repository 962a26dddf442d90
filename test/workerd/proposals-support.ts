import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { bulkInsert } from "../../db/bulk.ts";
import { proposals } from "../../db/schema.ts";
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
export async function proposeFor(
  skus: readonly string[],
  changes: Record<string, unknown> = {},
): Promise<void> {
  await seedShop(skus, changes);
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

/** A database that notes the SQL of each round trip, a batch as one. */
export function recordingDatabase(d1: D1Database): { d1: D1Database; roundTrips: string[] } {
  const roundTrips: string[] = [];
  const originals = new Map<unknown, { statement: D1PreparedStatement; text: string }>();
  const bound = (target: object, name: string | symbol) => {
    const value = Reflect.get(target, name);
    return typeof value === "function" ? value.bind(target) : value;
  };
  const recorded = (statement: D1PreparedStatement, text: string): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => recorded(target.bind(...values), text);
        if (["first", "all", "run", "raw"].includes(String(name))) roundTrips.push(text);
        return bound(target, name);
      },
    });
    originals.set(proxy, { statement, text });
    return proxy;
  };
  const proxy = new Proxy(d1, {
    get(target, name) {
      if (name === "prepare") return (text: string) => recorded(target.prepare(text), text);
      if (name !== "batch") return bound(target, name);
      return (statements: D1PreparedStatement[]) => {
        const sent = statements.map((statement) => originals.get(statement)!);
        roundTrips.push(sent.map(({ text }) => text).join(";\n"));
        return target.batch(sent.map(({ statement }) => statement));
      };
    },
  });
  return { d1: proxy, roundTrips };
}

const NO_OUTCOME = { units: 0, revenue: 0, profit: 0, interval80: [0, 0] };
const EXPLANATION = {
  ...{ sentence: "As the test says.", inputs: [], candidates: [], guardrails: [], binding: [], shadow: [] },
  ...{ relaxations: [], unlimited: null, reason: "strategy_target", pGain: 0 },
};

/** What a test says of a proposal: prices in cents, instants in ms; from 20.00 to 21.00 unless it says otherwise. */
export type TestProposal = { id: string; sku: string } & Partial<typeof proposals.$inferInsert>;

/** Puts proposals before a person, without a run. */
export async function addProposals(rows: readonly TestProposal[]): Promise<void> {
  const whole = rows.map((row) => ({
    ...{ runId: null, category: "test", from: 2_000, to: 2_100, currency: "EUR", changePct: 5 },
    ...{ status: "pending" as const, risk: "LOW" as const, riskReasons: [], strategy: "cost_plus" },
    ...{
      confidence: 1,
      autoApprovable: false,
      expected: { ...NO_OUTCOME, delta: { ...NO_OUTCOME, profit: 100 } },
    },
    ...{ explanation: EXPLANATION, approvals: [], createdAt: Date.now(), expiresAt: 8e15 },
    ...row,
  }));
  await env.DB.batch(bulkInsert(env.DB, proposals, whole));
}
