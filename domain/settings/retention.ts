import { z } from "zod";

const days = z.int().min(1).max(3_650);

/**
 * How long what is kept stays, days unless the name says otherwise. Rows that go are put into the bucket first, under
 * `archive/`, but for sign-ins. The price ledger and the audit are kept for ever: see `chainMonths`.
 */
export const RetentionSettings = z.strictObject({
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default("04:00")
    .describe("local time at which the nightly retention run starts"),
  proposalDays: days.default(30).describe("proposals after their end"),
  signalDays: days.default(90).describe("resolved signals"),
  quarantineDays: days.default(90).describe("quarantined observations after they were settled"),
  deadLetterDays: days.default(90).describe("dead letters after they were replayed or discarded"),
  heldPriceDays: days.default(90).describe("held prices and overrides after they were decided"),
  storeWriteDays: days.default(90).describe("what became of a price in a store, after it was settled"),
  mapNoticeDays: days
    .default(730)
    .describe("notices to dealers about a minimum advertised price, after the violation ended"),
  outcomeDays: z
    .int()
    .min(365)
    .max(3_650)
    .default(400)
    .describe("what came of a changed price; stated chances are compared with a year of it"),
  signInDays: days.default(7).describe("sessions and one-time links after they expired"),
  runWorkDays: days
    .default(2)
    .describe("what the phases of a run hand to each other, and the list of its shards, after its end"),
  runDetailDays: days
    .default(35)
    .describe("what a run read and decided: as long it can be replayed, and its decisions are listed"),
  runDays: days.default(90).describe("the run itself"),
  modelDays: days
    .default(30)
    .describe("what a version of the model learned, after which it can no longer be gone back to"),
  dailyElasticityDays: days
    .default(90)
    .describe("every night's elasticity of a SKU; of what is older, the last of each week stays"),
  martHourDays: days.default(100).describe("marts by the hour: what shoppers did, how prices moved"),
  martDays: days.default(1_100).describe("marts by the day"),
  chainMonths: z
    .int()
    .min(2)
    .max(120)
    .default(13)
    .describe("months of ledger and audit in the database; all of it is sealed in the bucket, for ever"),
  archiveDays: days.default(730).describe("rows that were put into the bucket"),
});
export type RetentionSettings = z.infer<typeof RetentionSettings>;
