import { commitBatch, guardStatement } from "../../db/write.ts";

/** A message that exhausted its tries. `id` is the same for the same work, so that a second parking replaces the first. */
export interface DeadLetter {
  id: string;
  queue: string;
  reason: string;
  attempts: number;
  body: unknown;
  parkedAt: number;
}

/** A dead letter as it is stored and shown. */
export interface StoredDeadLetter extends DeadLetter {
  status: "parked" | "replayed" | "discarded";
  settledAt: number | null;
}

interface Row extends Omit<StoredDeadLetter, "body" | "parkedAt" | "settledAt"> {
  body: string;
  parked_at: number;
  settled_at: number | null;
}

/** Stores letters; one that is already parked is left alone, one that was settled is parked again. */
export async function storeDeadLetters(d1: D1Database, letters: readonly DeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  const insert = d1.prepare(
    `INSERT INTO dead_letters (id, queue, reason, attempts, body, parked_at, status)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'parked')
     ON CONFLICT (id) DO UPDATE SET queue = excluded.queue, reason = excluded.reason, attempts = excluded.attempts,
       body = excluded.body, parked_at = excluded.parked_at, status = 'parked', settled_at = NULL
     WHERE dead_letters.status <> 'parked'`,
  );
  await commitBatch(
    d1,
    letters.map((l) => insert.bind(l.id, l.queue, l.reason, l.attempts, JSON.stringify(l.body), l.parkedAt)),
  );
}

/** Newest first, after the cursor `parkedAt|id`. */
export async function listDeadLetters(
  d1: D1Database,
  page: {
    status: StoredDeadLetter["status"] | null;
    limit: number;
    after: { parkedAt: number; id: string } | null;
  },
): Promise<StoredDeadLetter[]> {
  const { results } = await d1
    .prepare(
      `SELECT * FROM dead_letters WHERE (?1 IS NULL OR status = ?1)
         AND (?2 IS NULL OR parked_at < ?2 OR (parked_at = ?2 AND id > ?3))
       ORDER BY parked_at DESC, id LIMIT ?4`,
    )
    .bind(page.status, page.after?.parkedAt ?? null, page.after?.id ?? null, page.limit)
    .all<Row>();
  return results.map(stored);
}

export async function findDeadLetter(d1: D1Database, id: string): Promise<StoredDeadLetter | null> {
  const row = await d1.prepare("SELECT * FROM dead_letters WHERE id = ?1").bind(id).first<Row>();
  return row && stored(row);
}

/** The statements that settle a parked letter; they fail their batch if it is settled already. */
export function settleDeadLetter(
  d1: D1Database,
  id: string,
  status: "replayed" | "discarded",
  now: number,
): D1PreparedStatement[] {
  return [
    d1
      .prepare("UPDATE dead_letters SET status = ?2, settled_at = ?3 WHERE id = ?1 AND status = 'parked'")
      .bind(id, status, now),
    guardStatement(d1, "SELECT changes()", [], 1),
  ];
}

function stored({ body, parked_at, settled_at, ...row }: Row): StoredDeadLetter {
  return { ...row, body: JSON.parse(body), parkedAt: parked_at, settledAt: settled_at };
}
