import type { ServiceContext } from "../context.ts";
import type { VaultPort } from "../ports.ts";
import { commitChained, readHeads } from "./commit-chained.ts";
import { anchorHere, checkAnchors, checkWritten, readKeptHeads } from "./kept-heads.ts";

/**
 * Anchors the chains where they are now, if they no longer hold the kept heads: after the database was put back to an
 * earlier time. Both chains have to be sound from their first entry on. The audit gets an entry with the heads that are
 * given up, and how many entries of each chain are lost with them, so that nothing is cut off in silence.
 *
 * @throws Error when a chain is not sound by itself: then it was tampered with, and no restore makes that good
 */
export async function reanchor(
  ctx: ServiceContext & { vault: VaultPort },
  runId: string,
  detail: object,
): Promise<{ lostLedgerEntries: number; lostAuditEntries: number }> {
  const newest = await ctx.turns.newest();
  const present = await readHeads(ctx);
  const { heads: kept, bad } = await readKeptHeads(ctx);
  const denied =
    bad ?? (kept && (await checkAnchors(ctx, kept, present))) ?? (await checkWritten(ctx, newest, present));
  const lostOf = (part: "ledger" | "audit") =>
    denied
      ? Math.max(0, ...[kept, newest].map((known) => (known?.[part].count ?? 0) - present[part].count))
      : 0;
  const lost = { lostLedgerEntries: lostOf("ledger"), lostAuditEntries: lostOf("audit") };
  await commitChained(ctx, {
    audit: [
      {
        action: denied ? "chains.reanchor" : "shards.restore",
        subject: runId,
        detail: {
          ...detail,
          ...lost,
          ...(denied && { because: denied.reason, givenUp: kept, from: present }),
        },
      },
    ],
    statements: () => [],
  });
  if (denied) await anchorHere(ctx);
  return lost;
}
