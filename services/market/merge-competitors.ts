import { eq, or } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { competitorNames, competitors, offers } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { competitorKey } from "../../domain/intake/competitor-name.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { forgetCompetitorNames } from "../ingest/competitor-names.ts";
import { wakeSkusOf } from "./wake-skus.ts";

type Competitor = typeof competitors.$inferSelect;

/**
 * Makes a competitor another name of a second one: what was and will be posted under it counts as the second one's. The
 * histories stay apart in the shards and are read as one.
 *
 * @throws ProblemError `not_found`, `invalid` for one name, `illegal_transition` if either is merged already
 */
export async function mergeCompetitors(ctx: ServiceContext, id: string, into: string): Promise<Competitor> {
  if (id === into) throw new ProblemError("invalid", "a competitor cannot be merged into itself");
  const [from, target] = [await existing(ctx, id), await existing(ctx, into)];
  for (const one of [from, target])
    if (one.mergedInto !== null)
      throw new ProblemError("illegal_transition", `${one.id} is merged into ${one.mergedInto} already`);
  const { d1, db } = ctx;
  const wake = await wakeSkusOf(ctx, [id, into]);
  await commitChained(ctx, {
    audit: [{ action: "competitor.merge", subject: `competitor:${id}`, detail: { into } }],
    statements: () => [
      prepare(
        d1,
        db
          .update(competitors)
          .set({ mergedInto: into })
          .where(or(eq(competitors.id, id), eq(competitors.mergedInto, id))),
      ),
      prepare(
        d1,
        db.update(competitorNames).set({ competitor: into }).where(eq(competitorNames.competitor, id)),
      ),
      ...bulkUpsert(d1, competitorNames, [{ key: competitorKey(id), competitor: into }]),
      prepare(d1, db.delete(offers).where(eq(offers.competitor, id))),
      ...wake,
    ],
  });
  forgetCompetitorNames();
  return existing(ctx, into);
}

async function existing({ db }: ServiceContext, id: string): Promise<Competitor> {
  const [found] = await db.select().from(competitors).where(eq(competitors.id, id));
  if (!found) throw new ProblemError("not_found", `no competitor ${id}`);
  return found;
}
