import { jsonColumns, jsonRowParts } from "../../db/bulk.ts";
import type { FinishedSku } from "../../domain/runs/learned.ts";
import type { ServiceContext } from "../context.ts";
import type { RunRecord } from "./run-record.ts";

/** The statements that store what an elasticity run learned. An older snapshot never overwrites a newer one. */
export function saveFinished(
  ctx: ServiceContext,
  run: Pick<RunRecord, "id" | "asOf">,
  finished: readonly FinishedSku[],
  prices: ReadonlyMap<string, number>,
): D1PreparedStatement[] {
  return [
    ...saveElasticities(ctx, run, finished),
    ...saveHistory(ctx, run, finished),
    ...saveForecasts(ctx, run, finished, prices),
    ...saveSensitivities(ctx, finished),
  ];
}

function saveElasticities(
  ctx: ServiceContext,
  run: Pick<RunRecord, "id" | "asOf">,
  finished: readonly FinishedSku[],
): D1PreparedStatement[] {
  const rows = finished.flatMap(({ report }) =>
    report === null
      ? []
      : [
          [
            ...[report.sku, report.mean, report.sd, report.identified ? 1 : 0, report.label],
            ...[JSON.stringify(report), run.id, run.asOf],
          ],
        ],
  );
  return jsonRowParts(rows).map((part) =>
    ctx.d1
      .prepare(
        `INSERT INTO elasticities (sku, mean, sd, identified, label, report, run_id, as_of)
         SELECT ${jsonColumns(8)} FROM json_each(?1) WHERE true
         ON CONFLICT (sku) DO UPDATE SET mean = excluded.mean, sd = excluded.sd, identified = excluded.identified,
           label = excluded.label, report = excluded.report, run_id = excluded.run_id, as_of = excluded.as_of
         WHERE excluded.as_of >= elasticities.as_of`,
      )
      .bind(part),
  );
}

function saveHistory(
  ctx: ServiceContext,
  run: Pick<RunRecord, "id" | "asOf">,
  finished: readonly FinishedSku[],
): D1PreparedStatement[] {
  const rows = finished.flatMap(({ report }) =>
    report === null
      ? []
      : [[report.sku, run.asOf, report.mean, report.sd, report.identified ? 1 : 0, report.label, run.id]],
  );
  return jsonRowParts(rows).map((part) =>
    ctx.d1
      .prepare(
        `INSERT INTO elasticity_history (sku, as_of, mean, sd, identified, label, run_id)
         SELECT ${jsonColumns(7)} FROM json_each(?1) WHERE true ON CONFLICT (sku, as_of) DO NOTHING`,
      )
      .bind(part),
  );
}

function saveForecasts(
  ctx: ServiceContext,
  run: Pick<RunRecord, "id" | "asOf">,
  finished: readonly FinishedSku[],
  prices: ReadonlyMap<string, number>,
): D1PreparedStatement[] {
  const rows = finished.map(({ forecast, track }) => [
    ...[forecast.sku, JSON.stringify(forecast), prices.get(forecast.sku)!, JSON.stringify(track)],
    ...[run.id, run.asOf],
  ]);
  return jsonRowParts(rows).map((part) =>
    ctx.d1
      .prepare(
        `INSERT INTO forecasts (sku, report, price, track, run_id, as_of)
         SELECT ${jsonColumns(6)} FROM json_each(?1) WHERE true
         ON CONFLICT (sku) DO UPDATE SET report = excluded.report, price = excluded.price, track = excluded.track,
           run_id = excluded.run_id, as_of = excluded.as_of
         WHERE excluded.as_of >= forecasts.as_of`,
      )
      .bind(part),
  );
}

/** The label is part of our side (it sets a signal's priority): where it changed, the SKU's shard is told. */
function saveSensitivities(ctx: ServiceContext, finished: readonly FinishedSku[]): D1PreparedStatement[] {
  const labels = JSON.stringify(
    finished.flatMap(({ report }) => (report === null ? [] : [[report.sku, report.sensitivity]])),
  );
  const changed = `FROM (SELECT value ->> 0 AS sku, value ->> 1 AS sensitivity FROM json_each(?1)) AS j`;
  const differs = "p.sku = j.sku AND p.sensitivity IS NOT j.sensitivity";
  return [
    ctx.d1
      .prepare(
        `INSERT INTO outbox (kind, key, body, created_at, attempts)
         SELECT 'ours', min(p.sku), json_group_array(p.sku), ?2, 0 ${changed} JOIN products p ON ${differs}
         HAVING count(*) > 0`,
      )
      .bind(labels, ctx.now),
    ctx.d1
      .prepare(
        `UPDATE products AS p SET sensitivity = j.sensitivity, version = p.version + 1 ${changed} WHERE ${differs}`,
      )
      .bind(labels),
  ];
}
