import { z } from "zod";
import { CHANNEL_KINDS, DIRECTIONS } from "../messages/alerts.ts";
import { ENDPOINT_STATUSES } from "../messages/events.ts";
import { SIGNAL_TYPES } from "../messages/names.ts";
import { TIME_OF_DAY } from "../outgoing/alerts/when.ts";
import { EVENT_PATTERNS } from "../outgoing/event-types.ts";
import { count, instant, named } from "./answers.ts";
import { Delivery } from "./outgoing.ts";

const time = z.string().regex(TIME_OF_DAY, "a time such as 22:00");
const text = z.string().trim().min(1).max(200);
const positive = z.number().positive();

/** The fields of a rule; in a request all but the first three have a default. */
const rule = {
  name: text,
  types: z
    .array(z.enum([...SIGNAL_TYPES, ...EVENT_PATTERNS]))
    .min(1)
    .max(50)
    .describe("signals by name, event types, or families such as `price.*`"),
  channels: z.array(z.string()).min(1).max(20).describe("ids"),
  enabled: z.boolean().default(true),
  category: text.nullable().default(null),
  brand: text.nullable().default(null),
  competitor: text.nullable().default(null),
  query: text.nullable().default(null).describe("a part of the SKU or of the title"),
  minPriority: z
    .int()
    .min(1)
    .max(3)
    .nullable()
    .default(null)
    .describe("signals this urgent or more; 1 is the most"),
  direction: z.enum(DIRECTIONS).default("both").describe("which way the price has to have gone"),
  minPct: positive.max(1_000).nullable().default(null).describe("least change, per cent of the price before"),
  minAmount: positive
    .nullable()
    .default(null)
    .describe("least change, in units of the currency; with minPct either is enough"),
  level: positive
    .nullable()
    .default(null)
    .describe("a fall has to reach this price or less, a rise this or more, in units of the currency"),
  rearmPct: positive
    .max(100)
    .nullable()
    .default(null)
    .describe(
      "the next alert about the same thing needs a price this many per cent away from the last, or an end of it",
    ),
  coolDownMinutes: z
    .number()
    .min(0)
    .max(43_200)
    .default(0)
    .describe("least time between two alerts about the same thing"),
  quietHours: z
    .strictObject({ from: time, to: time })
    .nullable()
    .default(null)
    .describe("by the install's clock; what comes then is sent at its end as one message"),
  digest: z.enum(["hourly", "daily"]).nullable().default(null).describe("collect alerts; daily at 08:00"),
};
export const CreateAlertRule = z.strictObject(rule);

const { enabled, ...rest } = rule;
const optional = Object.fromEntries(
  Object.entries({ enabled, ...rest }).map(([name, field]) => [
    name,
    (field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field).optional(),
  ]),
) as {
  [K in keyof typeof rule]: z.ZodOptional<
    (typeof rule)[K] extends z.ZodDefault<infer T> ? T : (typeof rule)[K]
  >;
};
/** Any of the fields, without defaults: a change must not reset what it leaves out. */
export const ChangeAlertRule = z.strictObject(optional);

export const AlertRuleShape = named("AlertRule", {
  id: z.string(),
  ...rule,
  activeSince: instant.describe("earlier events are no alerts"),
  createdBy: z.string(),
  createdAt: instant,
});

const channel = {
  name: text,
  perHour: z
    .int()
    .min(1)
    .max(1_000)
    .default(30)
    .describe("alerts one by one in an hour; those beyond it become a digest"),
};
const url = z.url().max(2_000).describe("HTTPS, to a public host");
const address = {
  url,
  token: z
    .string()
    .regex(/^\d+:[\w-]+$/, "a bot's token such as 123:abc")
    .describe("of the bot"),
  chatId: text.describe("of the chat or channel"),
  to: z.array(z.email()).min(1).max(20),
};

/** A channel of any kind; its address is sealed and never shown again. */
export const CreateAlertChannel = z.discriminatedUnion("kind", [
  z.strictObject({ ...channel, kind: z.enum(["slack", "teams", "discord"]), url }),
  z.strictObject({ ...channel, kind: z.literal("telegram"), token: address.token, chatId: address.chatId }),
  z.strictObject({ ...channel, kind: z.literal("email"), to: address.to }),
  z.strictObject({ ...channel, kind: z.literal("webhook"), url }),
]);

export const ChangeAlertChannel = z.strictObject({
  name: text.optional(),
  perHour: channel.perHour.unwrap().optional(),
  status: z.enum(["enabled", "paused"]).optional(),
  url: address.url.optional(),
  token: address.token.optional(),
  chatId: address.chatId.optional(),
  to: address.to.optional(),
});

export const AlertChannelShape = named("AlertChannel", {
  id: z.string(),
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  hint: z.string().describe("enough of the address to know it again"),
  perHour: z.int(),
  status: z.enum(ENDPOINT_STATUSES).describe("`disabled`: turned off after too many failures"),
  reason: z.string().nullable(),
  waiting: count.describe("alerts that wait to be sent one by one"),
  heldUntil: instant.nullable().describe("when the next digest is sent; null = none is held"),
  failures: z.int(),
  failingSince: instant.nullable(),
  nextTryAt: instant.nullable(),
  lastDeliveredAt: instant.nullable(),
  lastError: z.string().nullable(),
  createdBy: z.string(),
  createdAt: instant,
});

export const NewAlertChannel = AlertChannelShape.extend({
  secret: z.string().optional().describe("of a signed webhook; shown this once"),
}).meta({ id: "NewAlertChannel" });

export const SentAlert = Delivery.extend({
  channel: z.string().describe("id"),
  channelName: z.string().nullable().describe("null = it is deleted"),
}).meta({ id: "SentAlert" });

export const KeptMail = named("KeptMail", {
  id: z.int(),
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  at: instant,
});
