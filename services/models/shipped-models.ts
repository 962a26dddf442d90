import { desc } from "drizzle-orm";
import { settings as settingsTable } from "../../db/schema.ts";
import { canonicalJson, sha256Hex } from "../../domain/base/canonical-json.ts";
import { MATCH_MODEL } from "../../domain/matching/match-model.ts";
import { CODE_VERSION } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";

/** A model that comes with a release or with the settings: there is nothing to be learned from the shop's data. */
export interface ShippedModel {
  kind: "gate" | "matcher";
  version: string;
  hash: string;
  codeVersion: string;
  /** what its parameters are and who decided them */
  approvedBy: string;
  approvedAt: number | null;
}

/** The price gate and the matcher as they are in force. */
export async function shippedModels(ctx: ServiceContext): Promise<ShippedModel[]> {
  const { settings, version } = await readSettings(ctx.d1);
  const [last] = await ctx.db.select().from(settingsTable).orderBy(desc(settingsTable.version)).limit(1);
  const { anomalyDeviations, offerFreshHours } = settings.signals;
  return [
    {
      kind: "gate",
      version: `settings ${version}`,
      hash: sha256Hex(canonicalJson({ anomalyDeviations, offerFreshHours, code: CODE_VERSION })),
      codeVersion: CODE_VERSION,
      ...{ approvedBy: last?.actor ?? "the defaults of the release", approvedAt: last?.at ?? null },
    },
    {
      kind: "matcher",
      version: `release ${CODE_VERSION}`,
      hash: sha256Hex(canonicalJson(MATCH_MODEL)),
      codeVersion: CODE_VERSION,
      ...{ approvedBy: "the release", approvedAt: null },
    },
  ];
}
