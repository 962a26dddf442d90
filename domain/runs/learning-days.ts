import { civilDay, dayNumber } from "../time/civil-day.ts";
import type { RunManifest } from "./manifest.ts";

/** How far back elasticity is learned from. */
const LEARNING_DAYS = 730;
/** The first day learned from moves on so many days at a time: in between, filters go on from where they are. */
const STEP_DAYS = 28;

/** Days of demand that an elasticity run reads, before the running one. */
export function learningDays({ asOf, settings }: Pick<RunManifest, "asOf" | "settings">): number {
  return LEARNING_DAYS + (dayNumber(civilDay(asOf, settings.timeZone)) % STEP_DAYS);
}
