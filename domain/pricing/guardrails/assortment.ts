import { formatMoney } from "../../base/money.ts";
import { payableFrom, pricePoints } from "../price-points.ts";
import { isCharm } from "./charm.ts";
import { type Guardrail, HIGHEST, LOWEST } from "./guardrail.ts";

/**
 * The prices of a family keep the order of its ladder: a larger variant is not cheaper, and a unit of a multipack not
 * dearer than a single one.
 */
export const ladderOrder: Guardrail = {
  name: "line",
  yields: 3,
  keepsCurrent: false,
  limit: ({ inputs }) => {
    if (inputs.ladder === null) return null;
    const { lo, hi } = inputs.ladder;
    if (lo === null && hi === null) return null;
    const words: string[] = [];
    if (lo !== null) words.push(`at least ${formatMoney(lo, inputs.currency)}`);
    if (hi !== null) words.push(`at most ${formatMoney(hi, inputs.currency)}`);
    return { lo: lo ?? LOWEST, hi: hi ?? HIGHEST, why: `in order with its family: ${words.join(", ")}` };
  },
};

/** Days of sales that have to be in stock beyond the next day. */
const COVER_DAYS = 3;

/** A price is not cut while the stock would hardly last the next days: the cut would sell it out. */
export const stockCover: Guardrail = {
  name: "stock_cover",
  yields: 3,
  keepsCurrent: true,
  limit: ({ inputs }) => {
    const { clearance, stock, demand } = inputs;
    if (clearance || stock === null || demand === null) return null;
    if (stock - demand.perDay >= COVER_DAYS * demand.perDay) return null;
    const daily = `${demand.perDay.toFixed(1)} a day`;
    const why = `${stock} in stock at ${daily}: no cut unless it lasts the next day and ${COVER_DAYS} more`;
    return { lo: inputs.price, hi: HIGHEST, why };
  },
};

/** Stock that would not sell out in the time left is not made dearer. */
export const clearanceOnly: Guardrail = {
  name: "clearance",
  yields: 3,
  keepsCurrent: true,
  limit: ({ inputs }) => {
    const { clearance, stock, demand } = inputs;
    if (!clearance || stock === null || demand === null) return null;
    const sold = demand.perDay * clearance.daysLeft;
    if (stock <= sold) return null;
    const days = `${clearance.daysLeft.toFixed(1)} days`;
    const why = `${stock} units have to be sold in ${days}, about ${sold.toFixed(0)} will be: no increase`;
    return { lo: LOWEST, hi: inputs.price, why };
  },
};

/**
 * Prices end as customers expect. The lowest payable price that keeps the margin floor needs no such ending: rounding
 * never pushes a price below the floor.
 */
export const charmEndings: Guardrail = {
  name: "charm",
  yields: 2,
  keepsCurrent: true,
  limit: ({ inputs, policy, marginFloor }) => {
    if (!policy.charmEndings) return null;
    const points = pricePoints(inputs.currency, policy.pricePoints);
    const lowest = marginFloor === null ? null : payableFrom(marginFloor, points);
    return {
      lo: LOWEST,
      hi: HIGHEST,
      allows: ({ price }, i) => price[i] === lowest || isCharm(price[i]!, points),
      why: "prices end as usual for their size (for example .49, .90, .95, .99)",
    };
  },
};
