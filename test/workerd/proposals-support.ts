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
