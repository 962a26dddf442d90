import type { Scope } from "../../domain/identity/rights.ts";

/** Who may use an operation: anybody, a signer, whoever is known, any person, or whoever has the scope. */
export type Right =
  | "anybody"
  | "signature"
  | "caller"
  | "person"
  | "ingest or read"
  | "ingest or write"
  | Scope;

/** The one table of who may call what. An operation that is not here fails the test beside it. */
const OPERATIONS: Record<Right, readonly string[]> = {
  anybody: [
    ...["get /api/health", "get /api/price/{sku}", "post /api/prices"],
    ...["post /api/prices/lock", "post /api/prices/lock/verify"],
    ...["post /api/auth/sign-in", "post /api/auth/sign-out", "post /api/auth/link", "post /api/auth/accept"],
  ],
  signature: ["post /api/hooks/{sourceId}"],
  caller: ["get /api/auth/me", "delete /api/sessions/{id}"],
  person: [
    ...["get /api/sessions", "delete /api/sessions", "post /api/auth/password"],
    ...[
      "post /api/auth/second-factor",
      "post /api/auth/second-factor/confirm",
      "post /api/auth/second-factor/off",
    ],
  ],
  "ingest or write": ["post /api/match"],
  "ingest or read": ["get /api/ingest/batches/{batchId}", "post /api/extract"],
  ingest: [
    ...["post /api/ingest/aggregates", "post /api/ingest/demand", "post /api/ingest/events"],
    ...["post /api/ingest/inventory", "post /api/ingest/observations"],
  ],
  read: [
    ...["get /api/audit", "get /api/audit/verify", "get /api/competitors", "get /api/dead-letters"],
    ...["get /api/elasticities", "get /api/forecasts", "get /api/fx-rates", "get /api/live"],
    ...["get /api/market/index", "get /api/market/summary"],
    ...["get /api/movements", "get /api/overrides", "get /api/products", "get /api/products/{sku}"],
    ...["get /api/products/{sku}/aggregates", "get /api/products/{sku}/behaviour"],
    ...["get /api/products/{sku}/demand", "get /api/products/{sku}/elasticity"],
    ...["get /api/products/{sku}/explain", "get /api/products/{sku}/forecast"],
    ...["get /api/products/{sku}/history", "get /api/products/{sku}/offers"],
    ...["get /api/products/{sku}/prior-price", "get /api/products/{sku}/stock"],
    ...[
      "get /api/products/{sku}/market",
      "get /api/products/{sku}/trend",
      "get /api/proposals",
      "get /api/proposals/{id}",
      "get /api/proposals/summary",
    ],
    ...["get /api/quarantine", "get /api/runs", "get /api/runs/{id}", "post /api/runs/{id}/replay"],
    ...[
      "get /api/settings",
      "get /api/people",
      "get /api/outcomes/impact",
      "post /api/price-rules/preview",
      "get /api/signals",
      "get /api/signals/summary",
      "get /api/signals/{id}",
      "get /api/sources",
    ],
    ...["get /api/unmatched", "get /api/held-prices", "get /api/held-overrides", "get /api/aliases"],
    ...["get /api/audit/export", "get /api/decisions", "get /api/decisions/{id}"],
    ...["get /api/price-tests", "get /api/price-tests/{id}", "get /api/price-tests/{id}/products"],
    ...["post /api/price-tests/preview", "get /api/return"],
    ...[
      "get /api/stores",
      "get /api/stores/{id}",
      "get /api/stores/{id}/prices",
      "get /api/stores/{id}/writes",
    ],
    "get /api/kvi",
    ...["get /api/map/violations", "get /api/map/violations/{id}", "get /api/map/notices"],
    ...["get /api/events", "get /api/endpoints", "get /api/endpoints/{id}"],
    ...["get /api/endpoints/{id}/deliveries", "get /api/alert-rules", "get /api/alert-rules/{id}"],
    ...["get /api/alert-channels", "get /api/alerts", "get /api/alerts/mails"],
    ...[
      "get /api/analysis/activity",
      "get /api/analysis/latest-events",
      "get /api/analysis/customers",
      "get /api/analysis/customers/list",
      "get /api/analysis/demand",
    ],
    ...["get /api/analysis/demand-signals", "get /api/market/movers", "get /api/market/volatility"],
    "get /api/market/directions",
    ...[
      "get /api/market/competitors/{competitor}",
      "get /api/analysis/elasticity",
      "get /api/analysis/revenue-simulation",
    ],
    ...["get /api/analysis/stock", "get /api/analysis/stock/summary"],
    ...["get /api/analysis/funnel", "get /api/marts", "get /api/marts/customer-scores"],
    ...["get /api/marts/daily-demand", "get /api/marts/daily-forecasts", "get /api/marts/daily-funnel"],
    ...["get /api/marts/daily-movements", "get /api/marts/daily-sessions", "get /api/marts/daily-signals"],
    ...["get /api/marts/hourly-demand", "get /api/marts/pricing-analysis"],
    "get /api/marts/product-performance",
    ...["get /api/outcomes", "get /api/outcomes/calibration", "get /api/drift"],
    ...["get /api/incidents", "get /api/playbooks/{playbook}"],
    ...["get /api/models", "get /api/models/{id}"],
    "get /api/events",
    ...["get /api/matches", "get /api/unmatched/{id}/suggestions", "post /api/what-if", "get /api/watch"],
    "get /metrics",
    ...["get /api/lake", "get /api/lake/files", "get /api/lake/file"],
    ...["get /api/quality", "get /api/quality/{name}"],
  ],
  write: [
    "post /api/signals/acknowledge",
    "post /api/signals/assign",
    "post /api/signals/{id}/assign",
    ...["post /api/lake/export", "post /api/quality/run"],
    ...["post /api/alert-rules", "patch /api/alert-rules/{id}", "delete /api/alert-rules/{id}"],
    "post /api/dead-letters/bulk",
    ...["post /api/price-tests", "post /api/models/retrain"],
    ...["post /api/dead-letters/{id}/discard", "post /api/dead-letters/{id}/replay"],
    ...["post /api/import/costs", "post /api/import/products", "post /api/import/{kind}"],
    ...["post /api/matches/{id}/accept", "post /api/matches/{id}/reject"],
    ...["post /api/map/violations/{id}/dismiss", "post /api/map/violations/{id}/notices"],
    ...["put /api/map/dealers/{id}", "post /api/kvi/score", "put /api/kvi/{sku}"],
    ...["post /api/stores/{id}/import", "post /api/stores/{id}/check"],
    ...["post /api/competitors/{id}/merge", "post /api/marts/rebuild"],
    ...["post /api/products/{sku}/rename", "delete /api/aliases/{alias}"],
    ...["post /api/mappings", "post /api/products", "put /api/products/{sku}"],
    ...["post /api/watch", "patch /api/watch/{id}", "delete /api/watch/{id}", "post /api/watch/{id}/fetch"],
    ...["post /api/quarantine/{id}/discard", "post /api/quarantine/{id}/release", "post /api/runs"],
    ...["post /api/sources", "post /api/sources/{id}/secret", "patch /api/sources/{id}"],
    ...["delete /api/sources/{id}", "put /api/signals/{id}/acknowledge", "patch /api/products/{sku}"],
  ],
  approve: [
    ...["post /api/price-tests/{id}/start", "post /api/price-tests/{id}/stop"],
    ...["post /api/playbooks/{playbook}", "post /api/incidents/{id}/close"],
    ...["post /api/models/{id}/approve", "post /api/models/{id}/reject", "post /api/models/{id}/rollback"],
    "post /api/decisions",
    ...["post /api/stores/{id}/push", "post /api/stores/{id}/prices/{sku}/decide"],
    ...["post /api/overrides", "delete /api/overrides/{id}", "post /api/prices/{sku}/rollback"],
    ...["post /api/proposals/bulk", "post /api/proposals/{id}/approve", "post /api/proposals/{id}/reject"],
    "post /api/proposals/{id}/undo",
    ...["put /api/products/{sku}/price", "post /api/import/prices", "post /api/runs/{id}/revert"],
    ...["post /api/held-prices/{id}/release", "post /api/held-prices/{id}/discard"],
    ...["post /api/held-overrides/{id}/release", "post /api/held-overrides/{id}/discard"],
  ],
  admin: [
    ...[
      "get /api/keys",
      "post /api/keys",
      "delete /api/keys/{id}",
      "post /api/fx-rates",
      "put /api/settings",
    ],
    ...["get /api/users", "post /api/users", "patch /api/users", "patch /api/users/{id}"],
    ...["post /api/users/{id}/link", "post /api/privacy/erase"],
    ...["post /api/lake/reset", "post /api/lake/restore"],
    ...[
      "post /api/stores",
      "patch /api/stores/{id}",
      "delete /api/stores/{id}",
      "post /api/stores/{id}/test",
    ],
    ...["post /api/alert-channels", "patch /api/alert-channels/{id}", "delete /api/alert-channels/{id}"],
    "post /api/alert-channels/{id}/test",
    ...["post /api/endpoints", "patch /api/endpoints/{id}", "delete /api/endpoints/{id}"],
    ...[
      "post /api/endpoints/{id}/secret",
      "post /api/endpoints/{id}/test",
      "post /api/endpoints/{id}/resend",
    ],
  ],
};

/** The right that each operation needs, by its method and path. */
export const RIGHTS: ReadonlyMap<string, Right> = new Map(
  Object.entries(OPERATIONS).flatMap(([right, names]) =>
    names.map((name) => [name, right as Right] as const),
  ),
);
