import { SOURCES_MAX } from "./competitors/history.ts";
import { nextDueAt } from "./evaluate.ts";
import { addSku, addSource, type ShardState } from "./shard.ts";
import type { SkuState } from "./state.ts";

/**
 * Takes SKUs over from another shard, in the place of what is known of them. `sources`: the names that their numbers stand
 * for there. Answers their numbers here.
 */
export function adoptSkus(
  shard: ShardState,
  skus: readonly SkuState[],
  { sources, settings }: Pick<ShardState, "sources" | "settings">,
): Set<number> {
  shard.settings ??= settings;
  const numberHere = sources.map((name) => shard.sourceNumbers.get(name) ?? addSource(shard, name));
  return new Set(
    skus.map((sku) => {
      renumberSources(sku, numberHere);
      if (shard.settings) sku.dueAt = nextDueAt(sku, shard.settings);
      const known = shard.numbers.get(sku.sku);
      if (known === undefined) return addSku(shard, sku);
      shard.skus[known] = sku;
      return known;
    }),
  );
}

function renumberSources(sku: SkuState, numberHere: readonly number[]): void {
  const here = (source: number) => numberHere[source] ?? source;
  for (const { history, projected, quarantine, corrections } of sku.competitors.values()) {
    for (let i = 0; i < history.count; i++) {
      const mark = history.marks[i]!;
      const source = mark % SOURCES_MAX;
      history.marks[i] = mark - source + here(source);
    }
    projected.source = here(projected.source);
    for (const entry of quarantine) entry.source = here(entry.source);
    for (const correction of corrections) correction.source = here(correction.source);
  }
}
