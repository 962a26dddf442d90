import { type SQL, sql } from "drizzle-orm";
import { compile } from "../../db/write.ts";
import type { OfferState } from "../../domain/messages/present.ts";
import type { ServiceContext } from "../context.ts";
import type { VaultPort } from "../ports.ts";

/** What a check works with. */
export type QualityContext = ServiceContext & {
  vault: VaultPort;
  /** the offers of a SKU as its shard has them */
  shardOffers(sku: string): Promise<OfferState[]>;
};

export type FailingRow = Record<string, string | number | boolean | null>;

/** The rows that fail a check: how many, some of them, and the query that finds them, if it is one. */
export interface Finding {
  failing: number;
  rows: FailingRow[];
  query?: string;
}

/** What has to hold of the data. */
export interface QualityCheck {
  name: string;
  area: "inventory" | "events" | "competitors" | "proposals" | "install";
  description: string;
  run(ctx: QualityContext): Promise<Finding>;
}

/** Failing rows that are kept with a result. */
const ROWS_SHOWN = 20;

/** A check that one query makes: it selects the rows that fail, with what is worth seeing of them. */
export function queryCheck(
  head: Omit<QualityCheck, "run">,
  failing: (ctx: QualityContext) => SQL,
): QualityCheck {
  return {
    ...head,
    async run(ctx) {
      const query = failing(ctx);
      const found = await ctx.db.all<FailingRow & { failing_rows: number }>(
        sql`SELECT *, count(*) OVER () AS failing_rows FROM (${query}) LIMIT ${ROWS_SHOWN}`,
      );
      const rows = found.map(({ failing_rows: _, ...row }) => row);
      return { failing: found[0]?.failing_rows ?? 0, rows, query: textOf(query) };
    },
  };
}

/** A query as people read it. */
function textOf(query: SQL): string {
  const { text, params } = compile(query);
  let next = 0;
  return text.replace(/\?/g, () => JSON.stringify(params[next++])).replace(/\s+/g, " ");
}

/** A finding of rows that were found otherwise. */
export function findingOf(rows: readonly FailingRow[], query?: string): Finding {
  return { failing: rows.length, rows: rows.slice(0, ROWS_SHOWN), ...(query === undefined ? {} : { query }) };
}
