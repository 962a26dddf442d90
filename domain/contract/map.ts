import { z } from "zod";
import { MAP_STATUSES, NOTICE_CHANNELS } from "../messages/names.ts";
import { count, instant, money, named } from "./answers.ts";

export const MapNotice = named("MapNotice", {
  id: z.string(),
  violationId: z.string(),
  at: instant,
  by: z.string(),
  channel: z.enum(NOTICE_CHANNELS),
  recipient: z.string().optional(),
  text: z.string(),
});

const violation = {
  id: z.string(),
  sku: z.string(),
  title: z.string(),
  competitor: z.string(),
  seller: z.string().optional().describe("whose offer it is on a marketplace"),
  authorised: z.boolean().optional().describe("whether it is an authorised dealer; absent: nobody has said"),
  currency: z.string(),
  mapPrice: money.describe("the minimum advertised price, as of the newest sighting"),
  price: money.describe("as last seen"),
  firstPrice: money,
  lowestPrice: money,
  gapPct: z.number().describe("how far below the minimum, in percent of it"),
  status: z.enum(MAP_STATUSES),
  firstSeenAt: instant,
  lastSeenAt: instant,
  endedAt: instant.optional(),
  decidedBy: z.string().optional(),
  note: z.string().optional(),
  evidence: z.object({
    source: z.string(),
    batchId: z.string().describe("its receipt, and the raw batch, are asked by it"),
    row: z.int(),
    url: z.string().optional().describe("the page that was seen"),
    observedAt: instant,
  }),
  notices: count,
};

/** An offer below the minimum advertised price, with the observation that shows it. */
export const MapViolation = named("MapViolation", violation);

export const MapViolationDetail = named("MapViolationDetail", {
  ...violation,
  noticeText: z.string().describe("the facts in words, to be sent to the dealer"),
  log: z.array(MapNotice),
});
