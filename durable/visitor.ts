import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { limitedStorage } from "../db/limits/limited-env.ts";
import { mix } from "../domain/base/keyed-random.ts";
import { stringHash } from "../domain/base/sharding.ts";
import { HOUR_MS } from "../domain/base/time.ts";
import type { CustomerSummary, OrderCall } from "../domain/messages/orders.ts";
import type { RowVerdict } from "../domain/messages/verdict.ts";
import { isWanted, type PackedVisits, type VisitQuery, VisitWriter } from "../domain/messages/visits.ts";
import {
  type CustomerState,
  emptyCustomer,
  summariseCustomer,
  takeOrder,
} from "../domain/shard/demand/customer.ts";
import {
  CART_WINDOW_MS,
  cartPatterns,
  emptySession,
  type SessionOutcome,
  type SessionState,
  takeVisit,
} from "../domain/shard/demand/visitor.ts";
import type { Forgotten, VisitAnswer, VisitCall } from "../services/ports.ts";

const SCHEMA = `CREATE TABLE IF NOT EXISTS sessions (
  visitor INTEGER PRIMARY KEY, last_at INTEGER NOT NULL, kept_until INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS customers (customer INTEGER PRIMARY KEY, body TEXT NOT NULL)`;

const FORGET_EVERY_MS = 6 * HOUR_MS;

/**
 * Keeps the sessions that hash to it: their carts, and what they did without a product. Keeps customers in the same way:
 * when they ordered for how much. A shell: what is made of a
 * session's events is decided in domain/shard/demand/. Both are known by a hash, never by their name.
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
    const hashes = new Set(call.chunks.flatMap(({ rows }) => rows.map((row) => row.visitor)));
    const sessions = this.#bodies<SessionState>("sessions", "visitor", hashes);
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

  /** What the sessions did without a product. */
  async visits(query: VisitQuery): Promise<PackedVisits> {
    const writer = new VisitWriter();
    const rows = this.#sql.exec<{ visitor: number; body: string }>(
      "SELECT visitor, body FROM sessions WHERE last_at >= ?",
      query.from,
    );
    for (const { visitor, body } of rows)
      for (const [, at, , kind] of (JSON.parse(body) as SessionState).ids)
        if (kind !== undefined && isWanted(visitor, at, query)) writer.add("", visitor, at, kind);
    return writer.finish(query.newest);
  }

  /** Counts the orders of customers; the same rows again change nothing. */
  async takeOrders({ now, eventHours, chunks }: OrderCall): Promise<void> {
    const hashes = new Set(chunks.flatMap(({ rows }) => rows.map(({ customer }) => customer)));
    const customers = this.#bodies<CustomerState>("customers", "customer", hashes);
    const changed = new Set<number>();
    for (const { chunkId, receivedAt, rows } of chunks)
      for (const row of rows) {
        const known = customers.get(row.customer) ?? emptyCustomer();
        customers.set(row.customer, known);
        const tag = mix(stringHash(chunkId), row.row);
        if (takeOrder(known, row, tag, { now, receivedAt, eventHours })) changed.add(row.customer);
      }
    for (const customer of changed)
      this.#sql.exec(
        "INSERT INTO customers (customer, body) VALUES (?, ?) ON CONFLICT (customer) DO UPDATE SET body = excluded.body",
        customer,
        JSON.stringify(customers.get(customer)),
      );
  }

  /** The customers of the last year. */
  async customers(now: number): Promise<CustomerSummary[]> {
    const rows = this.#sql.exec<{ customer: number; body: string }>("SELECT customer, body FROM customers");
    return rows
      .toArray()
      .flatMap(
        ({ customer, body }) => summariseCustomer(customer, JSON.parse(body) as CustomerState, now) ?? [],
      );
  }

  /** Deletes what is kept of a session or a customer; answers how many there were. */
  async forget(what: Forgotten, hash: number): Promise<number> {
    const deletion = {
      session: "DELETE FROM sessions WHERE visitor = ?",
      customer: "DELETE FROM customers WHERE customer = ?",
    };
    return this.#sql.exec(deletion[what], hash).rowsWritten > 0 ? 1 : 0;
  }

  /** Forgets sessions that are over; looks again while any is left. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    this.#sql.exec("DELETE FROM sessions WHERE kept_until < ?", now);
    const [left] = this.#sql.exec("SELECT 1 FROM sessions LIMIT 1").toArray();
    if (left) await this.ctx.storage.setAlarm(now + FORGET_EVERY_MS);
  }

  #bodies<T>(table: "sessions" | "customers", key: string, hashes: ReadonlySet<number>): Map<number, T> {
    const rows = this.#sql.exec<{ hash: number; body: string }>(
      `SELECT ${key} AS hash, body FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`,
      JSON.stringify([...hashes]),
    );
    return new Map(rows.toArray().map(({ hash, body }) => [hash, JSON.parse(body) as T]));
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
