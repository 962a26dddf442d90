import { and, type SQL } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { hasStatus } from "../../db/reads/proposals.ts";
import { proposals } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { type EndedProposal, endedDetail } from "../../domain/ledger/ended-together.ts";
import type { AuditBody } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { tellOfProposals } from "./tell-of-proposals.ts";

/** What is read of open proposals to end them. */
export type OpenProposal = EndedProposal;

const { id, sku, from, to, note, effectiveAt, until } = proposals;

/** The query for the proposals of a condition that wait for a decision or for their time. */
export function openProposals({ db }: Pick<ServiceContext, "db">, condition: SQL | undefined) {
  return db
    .select({ id, sku, from, to, note, effectiveAt, until })
    .from(proposals)
    .where(and(hasStatus("pending", "approved"), condition));
}

/**
 * Ends open proposals that something else has overtaken, with one audit entry that knows each of them: read them in the same
 * turn. `decidedBy`: what did it. Nothing without any.
 */
export function supersede(ctx: ServiceContext, open: readonly OpenProposal[], decidedBy: string) {
  if (open.length === 0) return { audit: [], statements: (): D1PreparedStatement[] => [] };
  const { d1, db, now } = ctx;
  const ids = open.map((one) => one.id);
  const isOpen = and(hasStatus("pending", "approved"), isAmong(id, ids));
  const over = { status: "superseded", decidedAt: now, decidedBy } as const;
  const entry: AuditBody = {
    action: "proposal.superseded",
    subject: "proposals",
    detail: endedDetail(open, decidedBy),
  };
  return {
    audit: [entry],
    statements: (): D1PreparedStatement[] => [
      guardCount(d1, db.$count(proposals, isOpen), ids.length),
      tellOfProposals(ctx, "proposal.superseded", isOpen),
      prepare(d1, db.update(proposals).set(over).where(isOpen)),
    ],
  };
}
