import { civilDay } from "../../domain/base/time.ts";
import { failureKind } from "../../domain/delivery/failure.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import { type Delivery, isChunk, isGood } from "./delivery.ts";
import { commitProjection, type Projection } from "./project.ts";
import { sourceActivity } from "./project-activity.ts";
import type { ProjectedSignal } from "./project-signals.ts";

interface Projected {
  deliveries: Delivery[];
  /** signals that the commit changed */
  changed: ProjectedSignal[];
}

/** The clock (ms), and the zone that says what day it is. */
interface ProjectionClock {
  now: number;
  timeZone: string;
}

/**
 * Projects all good deliveries in one commit. If that fails for a reason that is not passing, each is projected
 * alone, so that one refused row keeps only its own message from being acknowledged.
 */
export async function projectDeliveries(
  d1: D1Database,
  deliveries: readonly Delivery[],
  present: ReadonlyMap<string, SkuPresent>,
  clock: ProjectionClock,
): Promise<Projected> {
  const good = deliveries.filter(isGood);
  try {
    return {
      deliveries: [...deliveries],
      changed: await commitProjection(d1, projectionOf(good, present, clock)),
    };
  } catch (failure) {
    const isShared = failureKind(failure) === "transient" || good.length === 1;
    const failed = (delivery: Delivery) => (isGood(delivery) ? { ...delivery, failure } : delivery);
    if (isShared) return { deliveries: deliveries.map(failed), changed: [] };
  }
  const alone: Projected[] = [];
  for (const delivery of deliveries) alone.push(await projectDeliveries(d1, [delivery], present, clock));
  return {
    deliveries: alone.flatMap((one) => one.deliveries),
    changed: alone.flatMap((one) => one.changed),
  };
}

/** Competitors' prices were accepted: late ones too, which change no offer. */
function isObserved({ body, outcome }: Delivery): boolean {
  return isChunk(body) && body.type === "observations" && (outcome?.counts.accepted ?? 0) > 0;
}

function projectionOf(
  deliveries: readonly Delivery[],
  present: ReadonlyMap<string, SkuPresent>,
  { now, timeZone }: ProjectionClock,
): Projection {
  const skus = new Set<string>();
  for (const { shares } of deliveries)
    for (const share of shares) for (const sku of share.skus) skus.add(sku);
  const states = [...skus].flatMap((sku) => present.get(sku) ?? []);
  const days = [
    ...states.flatMap(({ demandDays }) => demandDays.map(({ day }) => day)),
    ...deliveries.flatMap(({ visits }) =>
      (visits?.sessionRows ?? []).map(({ at }) => civilDay(at, timeZone)),
    ),
  ];
  return {
    skus: states,
    changed: { days, isObserved: deliveries.some(isObserved), now },
    activity: deliveries.flatMap(({ body, outcome }) =>
      isChunk(body) ? [sourceActivity(body, outcome)] : [],
    ),
    outboxIds: deliveries.flatMap(({ body }) => (body.type === "ours" ? body.outboxIds : [])),
    unmatched: deliveries.flatMap(({ unmatched }) => unmatched),
  };
}
