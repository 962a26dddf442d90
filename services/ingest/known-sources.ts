import type { Database } from "../../db/database.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { takeTurn } from "../../domain/delivery/source.ts";
import type { VaultPort } from "../ports.ts";
import { liveSecrets } from "./source-secrets.ts";
import { ensureSource, findSource, type Source } from "./sources.ts";

/** An isolate remembers a source for this long, so that a request costs no read; a change is seen after it. */
const REMEMBERED_MS = 5_000;

/** Requests a minute of a source that has no limit of its own. */
const DEFAULT_RATE = 60_000;

/** A source with its live signing secrets, as it was read at `at` (ms). */
export interface KnownSource {
  source: Source;
  secrets: string[];
  /** it has secrets, even if they cannot be opened */
  isSigned: boolean;
  at: number;
}

/** What looking a source up works with. */
interface LookUpContext {
  db: Database;
  vault: Pick<VaultPort, "secret">;
  now: number;
}

const known = new Map<string, KnownSource>();
/** when each source may send next, for its rate */
const turns = new Map<string, number>();

/** The source with its live secrets; null if there is none. */
export async function lookUpSource(ctx: LookUpContext, id: string): Promise<KnownSource | null> {
  const { now } = ctx;
  const remembered = known.get(id);
  if (remembered && now - remembered.at < REMEMBERED_MS) return remembered;
  const [source, live] = await Promise.all([findSource(ctx.db, id), liveSecrets(ctx, id, now)]);
  if (!source) {
    known.delete(id);
    return null;
  }
  const found = { source, ...live, at: now };
  known.set(id, found);
  return found;
}

/** The source that an ingest body names, made if it is new. */
export async function lookUpOrCreateSource(ctx: LookUpContext, id: string): Promise<Source> {
  const found = await lookUpSource(ctx, id);
  if (found) return found.source;
  await ensureSource(ctx.db, id, ctx.now);
  const created = await lookUpSource(ctx, id);
  if (!created) throw new ProblemError("unavailable", "the source could not be created", { retryAfter: 1 });
  return created.source;
}

/** Forgets what this isolate remembers of a source that it has just changed. */
export function forgetSource(id: string): void {
  known.delete(id);
}

/**
 * Counts one request of a source.
 * @throws ProblemError `rate_limited` over its rate, as far as this isolate has seen its requests
 */
export function assertRate(source: Source, now: number): void {
  const { nextAt, retryAfter } = takeTurn(turns.get(source.id), source.rateLimit ?? DEFAULT_RATE, now);
  turns.set(source.id, nextAt);
  if (retryAfter !== null)
    throw new ProblemError("rate_limited", `source ${source.id} is over its rate`, { retryAfter });
}

/**
 * Counts one request of a key, under whatever names of sources it posts.
 * @throws ProblemError `rate_limited` over the install's rate, as far as this isolate has seen its requests
 */
export function assertKeyRate(key: string, now: number): void {
  const { nextAt, retryAfter } = takeTurn(turns.get(`key ${key}`), DEFAULT_RATE, now);
  turns.set(`key ${key}`, nextAt);
  if (retryAfter !== null) throw new ProblemError("rate_limited", "the key is over its rate", { retryAfter });
}
