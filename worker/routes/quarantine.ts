import { createRoute, z } from "@hono/zod-openapi";
import { formatMinor } from "../../domain/base/money.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { QuarantinedRow } from "../../domain/contract/ingest.ts";
import { QUARANTINE_STATUSES } from "../../domain/messages/present.ts";
import { shownAvailability } from "../../domain/messages/rows.ts";
import { portsOf } from "../../durable/ports.ts";
import { titlesOf } from "../../services/catalogue/titles.ts";
import {
  listQuarantine,
  QUARANTINE_LIST,
  type QuarantineRecord,
} from "../../services/quarantine/read-quarantine.ts";
import { settleQuarantined } from "../../services/quarantine/settle-quarantined.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonAnswer, problemAnswer } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const params = z.object({ id: z.string().max(100) });
const ACTION_ANSWERS = {
  200: jsonAnswer(QuarantinedRow, "The row, settled"),
  404: problemAnswer("not_found"),
  409: problemAnswer("illegal_transition: it has been settled in another way"),
};

const list = createRoute({
  method: "get",
  path: "/api/quarantine",
  tags: ["market"],
  summary: "Quarantined observations",
  middleware: requireScope("read"),
  request: {
    query: listQuery(QUARANTINE_LIST, {
      status: z.enum(QUARANTINE_STATUSES).optional(),
      sku: z.string().max(200).optional(),
      competitor: z.string().max(200).optional(),
      source: z.string().max(200).optional(),
    }),
  },
  responses: { 200: jsonAnswer(pageOf(QuarantinedRow), "A page of quarantined rows") },
});

const release = createRoute({
  method: "post",
  path: "/api/quarantine/{id}/release",
  tags: ["market"],
  summary: "Believe the row after all: it enters the history",
  middleware: requireScope("write"),
  request: { params },
  responses: ACTION_ANSWERS,
});

const discard = createRoute({
  method: "post",
  path: "/api/quarantine/{id}/discard",
  tags: ["market"],
  summary: "The row is wrong: it never counts",
  middleware: requireScope("write"),
  request: { params },
  responses: ACTION_ANSWERS,
});

export const quarantineRoutes = newRouter()
  .openapi(list, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(QUARANTINE_LIST, asked);
    const { db } = requestContext(c);
    const page = await listQuarantine(db, query, asked);
    const titles = await titlesOf(
      db,
      page.rows.map(({ row }) => row.sku),
    );
    return c.json(
      presentPage(page, query, ({ row }) => presentRow(row, titles.get(row.sku))),
      200,
    );
  })
  .openapi(release, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(presentRow(await settleQuarantined(requestContext(c), portsOf(c.env), id, "release")), 200);
  })
  .openapi(discard, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(presentRow(await settleQuarantined(requestContext(c), portsOf(c.env), id, "discard")), 200);
  });

function presentRow(row: QuarantineRecord, title?: string): z.infer<typeof QuarantinedRow> {
  const { id, sku, competitor, source, currency, availability, code, kind, status } = row;
  return {
    ...{ id, sku, competitor, source, currency, code, kind, status },
    availability: shownAvailability(availability),
    price: formatMinor(row.price, currency),
    landedPrice: formatMinor(row.landedPrice, currency),
    expectedPrice: formatMinor(row.expected, currency),
    observedAt: iso(row.observedAt),
    receivedAt: iso(row.receivedAt),
    heldAt: iso(row.heldAt),
    updatedAt: iso(row.updatedAt),
    ...given({ title: title ?? null, settledBy: row.settledBy }),
  };
}
