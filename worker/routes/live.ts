import { createRoute, z } from "@hono/zod-openapi";
import { ProblemError } from "../../domain/contract/problem.ts";
import { CREDENTIAL_HEADER } from "../../durable/live-feed.ts";
import { liveFeed } from "../../durable/stubs.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { problemAnswer } from "../openapi.ts";

const live = createRoute({
  method: "get",
  path: "/api/live",
  tags: ["market"],
  summary: "Live changes over a WebSocket",
  description:
    "Frames `{ seq, items }`, or `{ seq, reset: true }` when the client is too far behind and should read its lists " +
    "again. Needs a session of the same origin, or a key with `read`. The text `ping` is answered by `pong`. Items are of " +
    "the types `price`, `signal`, `proposal`, `run`, and `digest`: signals that are too many to send one by one. A " +
    'client may send `{"read":<seq>}`: from then on it is sent 32 frames ahead at most, and `reset` once it has read them. When the session ends or the key is revoked, the ' +
    "socket is closed with 4401 within a minute.",
  middleware: requireScope("read"),
  request: {
    query: z.object({
      since: z
        .string()
        .regex(/^\d{1,16}$/)
        .optional()
        .describe("the seq of the last frame seen; without it, from now on"),
    }),
  },
  responses: {
    101: { description: "Switching to a WebSocket" },
    400: problemAnswer("not an upgrade"),
    401: problemAnswer("unauthenticated"),
    403: problemAnswer("a session of another origin"),
  },
});

export const liveRoutes = newRouter().openapi(live, async (c) => {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
    throw new ProblemError("bad_request", "this address accepts WebSockets only");
  if (c.get("actor")?.kind === "user")
    assertOwnOrigin(c.req.header("origin"), c.req.header("host"), c.req.url);
  const { since } = c.req.valid("query");
  const url = new URL("https://live/");
  if (since !== undefined) url.searchParams.set("since", since);
  const headers = { upgrade: "websocket", [CREDENTIAL_HEADER]: JSON.stringify(c.get("credential")) };
  const { status, webSocket } = await liveFeed(c.env).fetch(url, { headers });
  // a response of our own: the headers of one that was fetched cannot be added to
  return new Response(null, { status, webSocket });
});

/** Browsers send the cookie with a socket of any page: only our own pages may open one with it. */
function assertOwnOrigin(origin: string | undefined, host: string | undefined, url: string): void {
  const from = origin === undefined ? null : URL.parse(origin)?.host;
  if (from === null || from === undefined || (from !== host && from !== new URL(url).host))
    throw new ProblemError("forbidden", "a session may open the feed from its own origin only");
}
