import { auditPage, ledgerPage } from "../../db/reads/chains.ts";
import type { ServiceContext } from "../context.ts";
import { hashedEntry } from "./read-detail.ts";

const PAGE_ENTRIES = 1_000;

/** A whole chain as JSON lines, made as it is read: every entry as it was hashed, with its hash. */
export function exportChain({ db }: ServiceContext, chain: "ledger" | "audit"): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let after = 0;
  const read = async () =>
    chain === "ledger"
      ? ledgerPage(db, after, PAGE_ENTRIES)
      : (await auditPage(db, after, PAGE_ENTRIES)).map(hashedEntry);
  return new ReadableStream({
    async pull(controller) {
      const entries = await read();
      if (entries.length > 0)
        controller.enqueue(encoder.encode(`${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`));
      after = entries.at(-1)?.seq ?? after;
      if (entries.length < PAGE_ENTRIES) controller.close();
    },
  });
}
