import { HOUR_MS } from "../../base/time.ts";
import { type DemandState, FLAT_WEEK, logMomentsOf } from "../../learning/forecasting/demand-state.ts";
import { forecastStockout } from "../../learning/forecasting/stockout.ts";
import type { SkuDefinition } from "./definition.ts";
import { usualDemand } from "./demand-change.ts";
import type { MarketView } from "./market-view.ts";
import { round2 } from "./wording.ts";

const HOURS_PER_WEEK = 168;
/** 1970-01-01 was a Thursday. */
const FIRST_HOUR_OF_WEEK = 4 * 24;
/** Variance per day of the log level of demand. */
const LEVEL_NOISE = 0.01;
/** Upper limit of the scarcity. */
const SCARCITY_MAX = 1_000;

interface Supply {
  stock: number;
  /** median hours until the stock is sold out; null = unknown, or more than half a year */
  hours: number | null;
}

function supply(view: MarketView): Supply | null {
  const { stock } = view.product;
  if (stock === null || !view.product.active) return null;
  const usual = usualDemand(view);
  if (usual === null || usual.perDay <= 0) return { stock, hours: stock <= 0 ? 0 : null };
  const level = logMomentsOf({ shape: usual.perDay * usual.days + 0.5, exposure: usual.days });
  const state: DemandState = {
    ...level,
    dispersion: usual.dispersion,
    levelNoise: LEVEL_NOISE,
    weekday: FLAT_WEEK,
  };
  const firstHour = (Math.floor(view.clock / HOUR_MS) + FIRST_HOUR_OF_WEEK) % HOURS_PER_WEEK;
  return { stock, hours: forecastStockout(state, { stock, firstHour })?.p50 ?? null };
}

/** 1 where the stock is just at a limit of the settings, more where it is lower. */
function scarcity({ stock, hours }: Supply, view: MarketView): number {
  const { lowStockUnits, stockoutHours } = view.settings;
  const byUnits = stock <= 0 ? SCARCITY_MAX : lowStockUnits / stock;
  const byHours = hours === null ? 0 : hours <= 0 ? SCARCITY_MAX : stockoutHours / hours;
  return Math.min(SCARCITY_MAX, Math.max(byUnits, byHours));
}

/** Little stock is left, or it will be sold out soon. */
export const LOW_INVENTORY: SkuDefinition = {
  type: "LOW_INVENTORY",
  scope: "sku",
  about: "shop",
  priorities: [1, 1, 1],
  advice: [
    "Reorder, or raise the price of the rest.",
    "Reorder, or raise the price of the rest.",
    "Reorder.",
  ],
  read: (view) => {
    const found = supply(view);
    return found && { value: round2(scarcity(found, view)), threshold: 1, inclusive: true };
  },
  describe: (view) => {
    const { stock, hours } = supply(view) ?? { stock: 0, hours: null };
    const isCritical = stock <= 0 || (hours !== null && hours < view.settings.stockoutCriticalHours);
    const lasting = hours === null || stock <= 0 ? "" : `, likely sold out in ${hours} h`;
    return {
      severity: stock <= 0 ? 1 : isCritical ? 0.8 : 0.5,
      confidence: 1,
      evidence: { stock, hoursToStockout: hours, level: isCritical ? "critical" : "warning" },
      message: stock <= 0 ? "Nothing is left in stock." : `${stock} left in stock${lasting}.`,
    };
  },
};
