import { iso } from "../../domain/contract/answers.ts";
import type { EventBody, EventType } from "../../domain/messages/events.ts";
import type { OverrideRecord } from "./read-overrides.ts";

type Told = Omit<OverrideRecord, "settled" | "endedAt" | "endedBy"> & { endedBy?: string | null };

/** An event about an override, as of the change that it tells of. */
export function overrideEvent(type: EventType & `override.${string}`, override: Told): EventBody {
  const { id, scope, key, kind, price, currency, reason, createdBy, expiresAt, endedBy } = override;
  return {
    type,
    sku: scope === "sku" ? key : null,
    subject: id,
    data: {
      ...{ id, scope, key: scope === "global" ? null : key, kind, price, currency, reason, createdBy },
      expiresAt: iso(expiresAt),
      ...(endedBy && { endedBy }),
    },
  };
}
