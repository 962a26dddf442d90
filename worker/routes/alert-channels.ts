import { createRoute, z } from "@hono/zod-openapi";
import {
  AlertChannelShape,
  ChangeAlertChannel,
  CreateAlertChannel,
  KeptMail,
  NewAlertChannel,
  SentAlert,
} from "../../domain/contract/alerts.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { TestDelivery } from "../../domain/contract/outgoing.ts";
import { DELIVERY_OUTCOMES } from "../../domain/messages/events.ts";
import { changeChannel, createChannel, deleteChannel } from "../../services/alerts/channels.ts";
import { CHANNEL_LIST, listChannels, listKeptMails, MAIL_LIST } from "../../services/alerts/read-channels.ts";
import { testChannel } from "../../services/alerts/test-channel.ts";
import { DELIVERY_LIST, listDeliveries } from "../../services/outgoing/deliveries.ts";
import { drainSoon, requestContext, sendingContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply, problemAnswer } from "../openapi.ts";
import { presentChannel } from "../presenters/alerts.ts";
import { presentDelivery, presentTest } from "../presenters/outgoing.ts";

const params = z.object({ id: z.string() });
const reading = { tags: ["alerts"], middleware: requireScope("read") };
const managing = { tags: ["alerts"], middleware: requireScope("admin") };

const listRoute = createRoute({
  ...reading,
  ...{ method: "get", path: "/api/alert-channels" },
  summary: "Where alerts are sent",
  request: { query: listQuery(CHANNEL_LIST, {}) },
  responses: jsonReply(200, pageOf(AlertChannelShape), "the channels"),
});
const createChannelRoute = createRoute({
  ...managing,
  ...{ method: "post", path: "/api/alert-channels" },
  summary: "Make a channel: e-mail, Slack, Teams, Discord, Telegram or a signed webhook",
  request: jsonBody(CreateAlertChannel),
  responses: jsonReply(201, NewAlertChannel, "the channel"),
});
const changeRoute = createRoute({
  ...managing,
  ...{ method: "patch", path: "/api/alert-channels/{id}" },
  summary: "Change, pause or enable a channel; enabled again, it sends what waits",
  request: { params, ...jsonBody(ChangeAlertChannel) },
  responses: jsonReply(200, AlertChannelShape, "the channel"),
});
const deleteRoute = createRoute({
  ...managing,
  ...{ method: "delete", path: "/api/alert-channels/{id}" },
  summary: "Delete a channel and what waits for it",
  request: { params },
  responses: { 204: { description: "Gone" }, 404: problemAnswer("not_found") },
});
const testRoute = createRoute({
  ...managing,
  ...{ method: "post", path: "/api/alert-channels/{id}/test" },
  summary: "Send the channel a message now",
  request: { params },
  responses: jsonReply(200, TestDelivery, "what the receiver answered"),
});
const logRoute = createRoute({
  ...reading,
  ...{ method: "get", path: "/api/alerts" },
  summary: "Alerts that were sent, each try, for two weeks",
  request: {
    query: listQuery(DELIVERY_LIST, {
      channel: z.string().max(100).optional().describe("id"),
      outcome: z.enum(DELIVERY_OUTCOMES).optional(),
    }),
  },
  responses: jsonReply(200, pageOf(SentAlert), "the tries, newest first"),
});
const mailRoute = createRoute({
  ...reading,
  ...{ method: "get", path: "/api/alerts/mails" },
  summary: "Mails that a developer's install keeps instead of sending them",
  request: { query: listQuery(MAIL_LIST, {}) },
  responses: jsonReply(200, pageOf(KeptMail), "the mails, newest first"),
});

export const alertChannelRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const query = pageQuery(CHANNEL_LIST, c.req.valid("query"));
    const page = await listChannels(requestContext(c).db, query);
    return c.json(
      presentPage(page, query, ({ channel, ...waiting }) => presentChannel(channel, waiting)),
      200,
    );
  })
  .openapi(createChannelRoute, async (c) => {
    const { name, perHour, ...config } = c.req.valid("json");
    const { channel, secret } = await createChannel(sendingContext(c), { name, perHour, config });
    return c.json({ ...presentChannel(channel), ...(secret !== null && { secret }) }, 201);
  })
  .openapi(changeRoute, async (c) => {
    const { name, perHour, status, ...fields } = c.req.valid("json");
    const address = Object.keys(fields).length > 0 ? fields : undefined;
    const change = { name, perHour, status, address };
    const changed = await changeChannel(sendingContext(c), c.req.valid("param").id, change);
    drainSoon(c);
    return c.json(presentChannel(changed), 200);
  })
  .openapi(deleteRoute, async (c) => {
    await deleteChannel(sendingContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(testRoute, async (c) => {
    return c.json(presentTest(await testChannel(sendingContext(c), c.req.valid("param").id)), 200);
  })
  .openapi(logRoute, async (c) => {
    const { channel, outcome, ...asked } = c.req.valid("query");
    const query = pageQuery(DELIVERY_LIST, asked);
    const page = await listDeliveries(requestContext(c).db, query, channel ?? null, outcome);
    return c.json(
      presentPage(page, query, ({ delivery, channelName }) => ({
        ...presentDelivery(delivery),
        ...{ channel: delivery.target, channelName },
      })),
      200,
    );
  })
  .openapi(mailRoute, async (c) => {
    const query = pageQuery(MAIL_LIST, c.req.valid("query"));
    const page = await listKeptMails(requestContext(c).db, query);
    return c.json(
      presentPage(page, query, ({ mail }) => ({ ...mail, at: iso(mail.at) })),
      200,
    );
  });
