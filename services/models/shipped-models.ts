import { and, desc, eq, inArray } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { models, settings as settingsTable } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { canonicalJson, sha256Hex } from "../../domain/base/canonical-json.ts";
import { MATCH_MODEL } from "../../domain/matching/match-model.ts";
import { SHIPPED_KINDS, type ShippedKind } from "../../domain/messages/names.ts";
import { CODE_VERSION } from "../../domain/runs/manifest.ts";
import { SHIPPED_RECORDS } from "../../domain/runs/shipped-records.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../domain/settings/settings.ts";
import { readStored } from "../../domain/settings/stored-settings.ts";
import type { ServiceContext } from "../context.ts";
import { latestSettings, settingsOf } from "../settings/settings.ts";
import type { ModelMetrics } from "./learned-by.ts";

/** Versions of the settings that are looked through for who decided the gate's. */
const LOOKED_BACK = 50;

/** Of a model that no run learned. */
const NOTHING_LEARNED: Omit<ModelMetrics, "measured"> = {
  products: 0,
  identified: 0,
  fit: { wape: null, bias: null },
  activeFit: { wape: null, bias: null },
  failures: [],
};

/** Whether a price is believed depends on these. */
function gateHash({ signals: { anomalyDeviations, offerFreshHours } }: Settings): string {
  return sha256Hex(canonicalJson({ anomalyDeviations, offerFreshHours, code: CODE_VERSION }));
}

const MATCHER_HASH = sha256Hex(canonicalJson(MATCH_MODEL));

/**
 * Enters the price gate and the matcher among the versions where they are not the ones of the newest entry: a release or a
 * change of the settings has put others in force. Costs one round trip while nothing has changed.
 */
export async function enterShipped(ctx: ServiceContext): Promise<void> {
  const { d1, db, now } = ctx;
  const isShipped = and(inArray(models.kind, [...SHIPPED_KINDS]), eq(models.status, "active"));
  const [known, [stored]] = await db.batch([db.select().from(models).where(isShipped), latestSettings(db)]);
  const hashes = { gate: gateHash(settingsOf(stored).settings), matcher: MATCHER_HASH };
  for (const kind of SHIPPED_KINDS) {
    const before = known.find((one) => one.kind === kind);
    if (before?.configHash === hashes[kind]) continue;
    const isRelease = before?.codeVersion !== CODE_VERSION;
    const decided = kind === "gate" ? await gateDecidedBy(ctx, hashes.gate) : null;
    const version = (before?.version ?? 0) + 1;
    const row = rowOf(kind, { version, configHash: hashes[kind], decided, isRelease, now });
    const isOlder = and(eq(models.kind, kind), eq(models.status, "active"));
    await commitBatch(d1, [
      prepare(d1, db.update(models).set({ status: "retired" }).where(isOlder)),
      // of two at once, one enters it
      ...bulkUpsert(d1, models, [row], { update: ["status"] }),
    ]);
  }
}

function rowOf(
  kind: ShippedKind,
  entry: {
    version: number;
    configHash: string;
    decided: { by: string; at: number } | null;
    isRelease: boolean;
    now: number;
  },
): typeof models.$inferInsert {
  const { version, configHash, decided, isRelease, now } = entry;
  const { measured, ...trained } = SHIPPED_RECORDS[kind];
  const isOfRelease = isRelease || decided === null;
  const made = isOfRelease ? { by: "release", at: now } : decided;
  return {
    ...{
      id: `mdl_${kind}_${version}`,
      kind,
      version,
      status: "active",
      runId: "",
      codeVersion: CODE_VERSION,
    },
    ...{ configHash, ...trained, metrics: { ...NOTHING_LEARNED, measured } },
    ...{ trigger: isOfRelease ? "release" : "settings", createdBy: made.by, createdAt: made.at },
    ...{ decidedBy: (decided ?? made).by, decidedAt: (decided ?? made).at },
  };
}

/** Who put the gate's present settings in force; null if they are those of the release. */
async function gateDecidedBy({ db }: ServiceContext, hash: string) {
  const rows = await db.select().from(settingsTable).orderBy(desc(settingsTable.version)).limit(LOOKED_BACK);
  let decided: { by: string; at: number } | null = null;
  for (const row of rows) {
    if (gateHash(readStored(row.body)) !== hash) return decided;
    decided = { by: row.actor, at: row.at };
  }
  const isDefault = rows.length < LOOKED_BACK && gateHash(DEFAULT_SETTINGS) === hash;
  return isDefault ? null : decided;
}
