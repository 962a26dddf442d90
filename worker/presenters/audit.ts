import type { z } from "@hono/zod-openapi";
import type { RawAudit } from "../../db/reads/chains.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { AuditEntry, ChainReport as Shape } from "../../domain/contract/decisions.ts";
import type { ChainHead } from "../../domain/ledger/entries.ts";
import type { Finding } from "../../services/chains/place.ts";
import { readDetail } from "../../services/chains/read-detail.ts";
import type { ChainReport } from "../../services/chains/verify.ts";

/** A spoilt detail is shown as the text that it is. */
export function presentAuditEntry(row: RawAudit): z.infer<typeof AuditEntry> {
  const read = readDetail(row.detail);
  return { ...row, at: iso(row.at), detail: "detail" in read ? read.detail : row.detail };
}

const presentHead = ({ count, hash }: ChainHead) => ({ count, head: hash });

export function presentChainReport({ heads, checkpoint, bad }: ChainReport): z.infer<typeof Shape> {
  return {
    ok: bad === null,
    ledger: presentHead(heads.ledger),
    audit: presentHead(heads.audit),
    ...(checkpoint && {
      checkpoint: {
        ledger: presentHead(checkpoint.ledger),
        audit: presentHead(checkpoint.audit),
        at: iso(checkpoint.at),
      },
    }),
    ...(bad && { firstBad: presentFinding(bad) }),
  };
}

function presentFinding({ part, at, reason }: Finding): NonNullable<z.infer<typeof Shape>["firstBad"]> {
  if (part === "ledger" || part === "audit") return { chain: part, seq: Number(at), reason };
  return { state: part, key: String(at), reason };
}
