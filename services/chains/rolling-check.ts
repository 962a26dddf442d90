import { isSigned, sign } from "../../domain/ledger/heads.ts";
import type { ServiceContext } from "../context.ts";
import { noteOutcomes } from "../operate/job-failures.ts";
import type { VaultPort } from "../ports.ts";
import { type CheckContext, checkPage } from "./check-parts.ts";
import { type Finding, PARTS, type Place, startOf } from "./place.ts";

const PLACE_KEY = "chains/place.json";
const PURPOSE = "place of the check";
/** Rows checked in a minute: three million a day, in some thirty milliseconds each time. */
const ROWS_A_MINUTE = 2_000;
const PAGE_ROWS = 1_000;

/** Under this name a finding stands among the failures that health reports. */
const PROOF_JOB = "chains";

/** The start of the whole check. */
export const START: Place = startOf(PARTS[0]);

/** Where the check goes on behind a part; null behind the last. */
function partAfter(place: Place): Place | null {
  const next = PARTS[PARTS.indexOf(place.part) + 1];
  return next ? startOf(next) : null;
}

/** Checks on from a place until about so many rows are read; `place`: where to go on, null when all is checked. */
export async function checkOn(
  ctx: CheckContext,
  from: Place,
  rows: number,
): Promise<{ bad: Finding | null; place: Place | null }> {
  let left = rows;
  for (let place: Place | null = from; place !== null; ) {
    if (left <= 0) return { bad: null, place };
    const page = await checkPage(ctx, place, PAGE_ROWS);
    if (page.bad) return { bad: page.bad, place };
    left -= page.rows;
    place = page.done ? partAfter(place) : page.reached;
  }
  return { bad: null, place: null };
}

/**
 * One minute of the check that goes through everything again and again: the chains from their first entry, and what is in
 * force. A page with a finding is not passed: it is checked again every minute, and the finding stands until it is gone.
 */
export async function checkAMinute(ctx: ServiceContext & { vault: VaultPort }): Promise<Finding | null> {
  const from = await readPlace(ctx);
  const { bad, place } = await checkOn(ctx, from ?? START, ROWS_A_MINUTE);
  await noteFinding(ctx, bad);
  const next = place?.part === START.part && place.after === START.after ? null : place;
  if (next) await ctx.lake.put(PLACE_KEY, JSON.stringify(sign(await ctx.vault.secret(), PURPOSE, next)));
  else if (from) await ctx.lake.delete(PLACE_KEY);
  return bad;
}

/** Where the check of the last minute stopped; null = it begins from the start. */
export async function readPlace({
  lake,
  vault,
}: Pick<ServiceContext, "lake"> & { vault: VaultPort }): Promise<Place | null> {
  const text = await (await lake.get(PLACE_KEY))?.text();
  if (text === undefined) return null;
  try {
    const place = JSON.parse(text) as Place & { signature: string };
    const { signature: _, ...known } = place;
    return isSigned(await vault.secret(), PURPOSE, place) ? known : null;
  } catch {
    return null;
  }
}

/** Lets health say that the chains do not hold, or no longer say so. */
export function noteFinding(ctx: ServiceContext, bad: Finding | null): Promise<void> {
  return noteOutcomes(ctx, new Map([[PROOF_JOB, bad && `${bad.part} ${bad.at}: ${bad.reason}`]]));
}
