import { auditPage, ledgerPage } from "../../db/reads/chains.ts";
import type { ServiceContext } from "../context.ts";
import type { VaultPort } from "../ports.ts";
import { hashedEntry } from "./read-detail.ts";
import { type Chain, readSealed, readSeals } from "./seals.ts";

const PAGE_ENTRIES = 1_000;

/**
 * A whole chain as JSON lines, made as it is read: every entry as it was hashed, with its hash. What is no longer in the
 * database comes from the sealed months.
 */
export async function exportChain(
  ctx: ServiceContext & { vault: VaultPort },
  chain: Chain,
): Promise<ReadableStream<Uint8Array>> {
  const { db } = ctx;
  const encoder = new TextEncoder();
  const { seals, removed } = await readSeals(ctx);
  const sealed = seals.filter((seal) => seal.chain === chain && seal.to <= removed[chain].count);
  let after = removed[chain].count;
  const read = async () =>
    chain === "ledger"
      ? ledgerPage(db, after, PAGE_ENTRIES)
      : (await auditPage(db, after, PAGE_ENTRIES)).map(hashedEntry);
  return new ReadableStream({
    async pull(controller) {
      const seal = sealed.shift();
      if (seal !== undefined) {
        const text = await readSealed(ctx, seal);
        if (text === null) throw new Error(`${seal.key} is gone, or is not what was sealed`);
        controller.enqueue(encoder.encode(text));
        return;
      }
      const entries = await read();
      if (entries.length > 0)
        controller.enqueue(encoder.encode(`${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`));
      after = entries.at(-1)?.seq ?? after;
      if (entries.length < PAGE_ENTRIES) controller.close();
    },
  });
}
