import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { limitedStorage } from "../db/limits/limited-env.ts";
import { mix } from "../domain/base/keyed-random.ts";
import { stringHash } from "../domain/base/sharding.ts";
import { HOUR_MS } from "../domain/base/time.ts";
import type { RowVerdict } from "../domain/messages/verdict.ts";
import {
  CART_WINDOW_MS,
  cartPatterns,
  emptySession,
  type SessionOutcome,
  type SessionState,
  takeVisit,
} from "../domain/shard/demand/visitor.ts";
import type { VisitAnswer, VisitCall } from "../services/ports.ts";

const SCHEMA = `CREATE TABLE IF NOT EXISTS sessions (
  visitor INTEGER PRIMARY KEY, last_at INTEGER NOT NULL, kept_until INTEGER NOT NULL, body TEXT NOT NULL
)`;

const FORGET_EVERY_MS = 6 * HOUR_MS;

/**
 * Keeps the sessions that hash to it: their carts, and what they did without a product. A shell: what is made of a
 * session's events is decided in domain/shard/demand/visitor.ts. Sessions are known by a hash, never by their name.
 */
export class Visitor extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = limitedStorage(ctx.storage, env).sql;
    this.#sql.exec(SCHEMA);
  }

  /** Takes all rows in one commit; the same chunk again gets the same verdicts. */
  async observe(call: VisitCall): Promise<VisitAnswer> {
    const sessions = this.#load(new Set(call.chunks.flatMap(({ rows }) => rows.map((row) => row.visitor))));
    const changed = new Set<number>();
    const verdicts = call.chunks.map(({ chunkId, receivedAt, rows }) => ({
      chunkId,
      verdicts: rows.map((row) => {
        const session = sessions.get(row.visitor) ?? emptySession(row.at);
        sessions.set(row.visitor, session);
        const clock = { now: call.now, receivedAt, eventHours: call.eventHours };
        const outcome = takeVisit(session, row, mix(stringHash(chunkId), row.row), clock);
        if (outcome === "taken") changed.add(row.visitor);
        return verdictOf(row.row, outcome);
      }),
    }));
    this.#save(sessions, changed);
    if (changed.size > 0) await this.#wakeBy(call.now + CART_WINDOW_MS);
    const patterns = [...sessions].flatMap(([visitor, session]) =>
      cartPatterns(session, visitor, call.threshold),
    );
    return { verdicts, patterns };
  }

  /** What the sessions seen since an instant (ms) did without a product. */
  async funnel(since: number): Promise<{ sessions: number; pageViews: number; searches: number }> {
    const bodies = this.#sql.exec<{ body: string }>("SELECT body FROM sessions WHERE last_at >= ?", since);
    const sum = { sessions: 0, pageViews: 0, searches: 0 };
    for (const { body } of bodies) {
      const session = JSON.parse(body) as SessionState;
      sum.sessions++;
      sum.pageViews += session.pageViews;
      sum.searches += session.searches;
    }
    return sum;
  }

  /** Deletes what is kept of a session; answers how many there were. */
  async forget(visitor: number): Promise<number> {
    return this.#sql.exec("DELETE FROM sessions WHERE visitor = ?", visitor).rowsWritten > 0 ? 1 : 0;
  }

  /** Forgets sessions that are over; looks again while any is left. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    this.#sql.exec("DELETE FROM sessions WHERE kept_until < ?", now);
    const [left] = this.#sql.exec("SELECT 1 FROM sessions LIMIT 1").toArray();
    if (left) await this.ctx.storage.setAlarm(now + FORGET_EVERY_MS);
  }

  #load(visitors: ReadonlySet<number>): Map<number, SessionState> {
    const rows = this.#sql.exec<{ visitor: number; body: string }>(
      "SELECT visitor, body FROM sessions WHERE visitor IN (SELECT value FROM json_each(?))",
      JSON.stringify([...visitors]),
    );
    return new Map(rows.toArray().map(({ visitor, body }) => [visitor, JSON.parse(body) as SessionState]));
  }

  #save(sessions: ReadonlyMap<number, SessionState>, changed: ReadonlySet<number>): void {
    for (const visitor of changed) {
      const session = sessions.get(visitor)!;
      this.#sql.exec(
        `INSERT INTO sessions (visitor, last_at, kept_until, body) VALUES (?, ?, ?, ?)
         ON CONFLICT (visitor) DO UPDATE
           SET last_at = excluded.last_at, kept_until = excluded.kept_until, body = excluded.body`,
        visitor,
        session.lastAt,
        session.keptUntil,
        JSON.stringify(session),
      );
    }
  }

  async #wakeBy(at: number): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(at);
  }
}

function verdictOf(row: number, outcome: SessionOutcome): RowVerdict {
  if (outcome === "duplicate") return { row, verdict: "duplicate" };
  if (outcome !== "too_late") return { row, verdict: "accepted" };
  const message = "older than event ids are kept";
  return { row, verdict: "rejected", code: "too_late", path: "at", message };
}
