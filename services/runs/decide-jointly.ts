import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import {
  chooseLines,
  decideInLine,
  keepLines,
  type LineRow,
  lineRows,
  pricesAfter,
} from "../../domain/runs/line-choice.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import {
  choosePortfolio,
  countsAfter,
  decideAt,
  type PortfolioChoice,
  type PortfolioRow,
  portfolioRows,
} from "../../domain/runs/portfolio-choice.ts";
import {
  type DecisionDigest,
  digestOf,
  isCoupled,
  type PricingSnapshot,
} from "../../domain/runs/proposals-run.ts";
import type { ServiceContext } from "../context.ts";
import { getJson, getSnapshots, putJson, resultKey } from "./run-record.ts";

/** A decision that others of the run may still change, and what they have to know of it. */
interface Alone {
  decision: PricingDecision;
  /** where the whole run is coupled */
  row: PortfolioRow | null;
  /** where the product is in a line */
  line: LineRow | null;
}

type Lake = Pick<ServiceContext, "lake">;

/** Keeps the decisions of a shard that cannot be proposed before all are decided. Answers their SKUs. */
export async function keepAlone(
  { lake }: Lake,
  at: { runId: string; shard: number },
  snapshots: readonly PricingSnapshot[],
  decisions: readonly PricingDecision[],
  manifest: RunManifest,
): Promise<Set<string>> {
  const rows = isCoupled(manifest) ? portfolioRows(snapshots, decisions, manifest) : null;
  const alone = lineRows(snapshots, decisions, manifest).flatMap((line, i): Alone[] => {
    const row = rows?.[i] ?? null;
    return line || row ? [{ decision: decisions[i]!, row, line }] : [];
  });
  if (alone.length > 0) await putJson(lake, resultKey(at.runId, "alone", at.shard), alone);
  return new Set(alone.map(({ decision }) => decision.sku));
}

async function readAlone({ lake }: Lake, runId: string, shard: number): Promise<Alone[]> {
  const object = await lake.get(resultKey(runId, "alone", shard));
  return object ? object.json<Alone[]>() : [];
}

/** One shard's final decisions of the products that were kept, with their snapshots. */
interface JointShard {
  decisions: PricingDecision[];
  snapshots: PricingSnapshot[];
}

/**
 * Decides anew what depends on other products: first the lines of families as a whole, then the portfolio. Hands each
 * shard's outcome to `take` and enters it in the shard's digests. Answers the portfolio's counts, where there is one,
 * and in how many lines prices were chosen together.
 */
export async function decideJointly(
  ctx: Lake,
  runId: string,
  shards: readonly number[],
  manifest: RunManifest,
  take: (shard: JointShard) => void,
): Promise<{ portfolio: PortfolioChoice["counts"] | null; inLines: number }> {
  const lines: LineRow[] = [];
  for (const shard of shards)
    for (const { line } of await readAlone(ctx, runId, shard)) if (line) lines.push(line);
  const chosen = chooseLines(lines);
  const rows: PortfolioRow[] = [];
  const decided: Pick<PricingDecision, "sku" | "to">[] = [];
  for (const shard of shards) {
    const alone = await inLines(ctx, { runId, shard }, chosen, manifest);
    for (const { row, decision } of alone) {
      if (row) rows.push(row);
      decided.push({ sku: decision.sku, to: decision.to });
    }
  }
  const portfolio = isCoupled(manifest) ? choosePortfolio(rows, manifest.settings) : null;
  const changed = portfolio?.changed ?? new Map<string, number>();
  keepLines(changed, lines, pricesAfter(decided, changed));
  for (const shard of shards) {
    const joint = await finishJoint(ctx, { runId, shard }, changed, manifest);
    if (joint) take(joint);
  }
  return { portfolio: portfolio && countsAfter(rows, portfolio, manifest.settings), inLines: chosen.size };
}

/** The shard's kept decisions with those of lines made anew, which is what later phases go by. */
async function inLines(
  ctx: Lake,
  { runId, shard }: { runId: string; shard: number },
  chosen: ReturnType<typeof chooseLines>,
  manifest: RunManifest,
): Promise<Alone[]> {
  const alone = await readAlone(ctx, runId, shard);
  if (!alone.some(({ decision }) => chosen.has(decision.sku))) return alone;
  const snapshots = await snapshotsOf(ctx, runId, shard);
  const anew = alone.map((one): Alone => {
    const prices = chosen.get(one.decision.sku);
    if (!prices) return one;
    const snapshot = snapshots.get(one.decision.sku)!;
    const decision = decideInLine(snapshot, prices, manifest);
    const row = one.row && portfolioRows([snapshot], [decision], manifest)[0]!;
    return { ...one, decision, row };
  });
  await putJson(ctx.lake, resultKey(runId, "alone", shard), anew);
  return anew;
}

async function finishJoint(
  ctx: Lake,
  { runId, shard }: { runId: string; shard: number },
  changed: ReadonlyMap<string, number>,
  manifest: RunManifest,
): Promise<JointShard | null> {
  const alone = await readAlone(ctx, runId, shard);
  if (alone.length === 0) return null;
  const bySku = await snapshotsOf(ctx, runId, shard);
  const snapshots = alone.map(({ decision }) => bySku.get(decision.sku)!);
  const decisions = alone.map(({ decision }, i) => {
    const price = changed.get(decision.sku);
    return price === undefined ? decision : decideAt(snapshots[i]!, price, manifest);
  });
  const anew = new Map(decisions.map((decision) => [decision.sku, digestOf(decision)]));
  const key = resultKey(runId, "decisions", shard);
  const digests = await getJson<DecisionDigest[]>(ctx.lake, key);
  await putJson(
    ctx.lake,
    key,
    digests.map((digest) => anew.get(digest.sku) ?? digest),
  );
  return { decisions, snapshots };
}

async function snapshotsOf(
  { lake }: Lake,
  runId: string,
  shard: number,
): Promise<Map<string, PricingSnapshot>> {
  const snapshots = await getSnapshots<PricingSnapshot>(lake, runId, shard);
  return new Map(snapshots.map((snapshot) => [snapshot.own.sku, snapshot]));
}
