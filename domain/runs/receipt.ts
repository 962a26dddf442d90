import { dayNumber } from "../time/civil-day.ts";

/**
 * Hours until the civil day on which stock is to arrive begins, seen from hour `hour` of day number `today`; null
 * without such a day, or once it has come.
 */
export function hoursUntilReceipt(restockDate: string | null, today: number, hour: number): number | null {
  if (restockDate === null) return null;
  const hours = (dayNumber(restockDate) - today) * 24 - hour;
  return hours > 0 ? hours : null;
}
