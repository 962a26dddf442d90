import { secureHeaders } from "hono/secure-headers";
import { ProblemError } from "../domain/contract/problem.ts";
import { newRouter } from "./context.ts";
import { docsPage } from "./docs-page.ts";
import { commandBody } from "./middleware/body.ts";
import { csvExport } from "./middleware/csv-export.ts";
import { identity } from "./middleware/identity.ts";
import { layoutGate } from "./middleware/layout-gate.ts";
import { noStore } from "./middleware/no-store.ts";
import { problemResponse } from "./middleware/problem.ts";
import { tracing } from "./middleware/trace.ts";
import { type ApiDocument, describeApi } from "./openapi.ts";
import { alertChannelRoutes } from "./routes/alert-channels.ts";
import { alertRuleRoutes } from "./routes/alert-rules.ts";
import { aliasRoutes } from "./routes/aliases.ts";
import { analysisRoutes } from "./routes/analysis.ts";
import { analysisPriceRoutes } from "./routes/analysis-prices.ts";
import { auditRoutes } from "./routes/audit.ts";
import { authRoutes } from "./routes/auth.ts";
import { currencyRoutes } from "./routes/currency.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { decisionRoutes } from "./routes/decisions.ts";
import { endpointRoutes } from "./routes/endpoints.ts";
import { eventRoutes } from "./routes/events.ts";
import { experimentRoutes } from "./routes/experiments.ts";
import { forecastRoutes } from "./routes/forecast.ts";
import { heldPriceRoutes } from "./routes/held-prices.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { costRoutes, importDataRoutes, importRoutes, pastPriceRoutes } from "./routes/import.ts";
import { ingestRoutes } from "./routes/ingest.ts";
import { keyRoutes } from "./routes/keys.ts";
import { kviRoutes } from "./routes/kvi.ts";
import { lakeRoutes } from "./routes/lake.ts";
import { liveRoutes } from "./routes/live.ts";
import { mapRoutes } from "./routes/map.ts";
import { marketRoutes } from "./routes/market.ts";
import { marketIndexRoutes } from "./routes/market-index.ts";
import { marketInsightRoutes } from "./routes/market-insights.ts";
import { martRoutes } from "./routes/marts.ts";
import { matchingRoutes } from "./routes/matching.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { modelRoutes } from "./routes/models.ts";
import { movementRoutes } from "./routes/movements.ts";
import { operateRoutes } from "./routes/operate.ts";
import { outcomeRoutes } from "./routes/outcomes.ts";
import { overrideRoutes } from "./routes/overrides.ts";
import { playbookRoutes } from "./routes/playbooks.ts";
import { priceLockRoutes } from "./routes/price-locks.ts";
import { priceRoutes, pricesRoutes } from "./routes/prices.ts";
import { privacyRoutes } from "./routes/privacy.ts";
import { productMarketRoutes } from "./routes/product-market.ts";
import { productRoutes } from "./routes/products.ts";
import { proposalRoutes } from "./routes/proposals.ts";
import { qualityRoutes } from "./routes/quality.ts";
import { quarantineRoutes } from "./routes/quarantine.ts";
import { readingRoutes } from "./routes/reading.ts";
import { runRoutes } from "./routes/runs.ts";
import { secondFactorRoutes } from "./routes/second-factor.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { shopRoutes } from "./routes/shop.ts";
import { signalRoutes } from "./routes/signals.ts";
import { sourceRoutes } from "./routes/sources.ts";
import { storePriceRoutes } from "./routes/store-prices.ts";
import { storeRoutes } from "./routes/stores.ts";
import { unmatchedRoutes } from "./routes/unmatched.ts";
import { userRoutes } from "./routes/users.ts";
import { watchRoutes } from "./routes/watch.ts";
import { whatIfRoutes } from "./routes/what-if.ts";

export const app = newRouter();
app.use("*", tracing);
app.use(
  "*",
  secureHeaders({
    // a shop's page may ask for a served price
    crossOriginResourcePolicy: false,
    // answers are data; /docs has a style sheet and pictures of its own, and no script
    contentSecurityPolicy: {
      ...{ defaultSrc: ["'none'"], styleSrc: ["'self'"], imgSrc: ["'self'"] },
      ...{ frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] },
    },
    xFrameOptions: "DENY",
    referrerPolicy: "no-referrer",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  }),
);
app.use("/api/*", noStore);
app.use("/api/*", layoutGate);
app.use("/api/*", identity);
app.use("/api/*", commandBody);
app.use("/api/*", csvExport({ request: (...asked) => app.request(...asked), describe: apiDocument }));

const routes = app
  .route("/", authRoutes)
  .route("/", secondFactorRoutes)
  .route("/", sessionRoutes)
  .route("/", userRoutes)
  .route("/", keyRoutes)
  .route("/", ingestRoutes)
  .route("/", hookRoutes)
  .route("/", sourceRoutes)
  .route("/", unmatchedRoutes)
  .route("/", readingRoutes)
  .route("/", matchingRoutes)
  .route("/", deadLetterRoutes)
  .route("/", liveRoutes)
  .route("/", importRoutes)
  .route("/", costRoutes)
  .route("/", pastPriceRoutes)
  // after the other imports, because its path matches any kind
  .route("/", importDataRoutes)
  .route("/", productRoutes)
  .route("/", aliasRoutes)
  .route("/", heldPriceRoutes)
  .route("/", marketRoutes)
  .route("/", signalRoutes)
  .route("/", productMarketRoutes)
  .route("/", marketIndexRoutes)
  .route("/", marketInsightRoutes)
  .route("/", quarantineRoutes)
  .route("/", movementRoutes)
  .route("/", martRoutes)
  .route("/", analysisRoutes)
  .route("/", analysisPriceRoutes)
  .route("/", currencyRoutes)
  .route("/", shopRoutes)
  .route("/", runRoutes)
  .route("/", whatIfRoutes)
  .route("/", watchRoutes)
  .route("/", forecastRoutes)
  .route("/", decisionRoutes)
  .route("/", proposalRoutes)
  .route("/", overrideRoutes)
  .route("/", experimentRoutes)
  .route("/", outcomeRoutes)
  .route("/", modelRoutes)
  .route("/", playbookRoutes)
  .route("/", priceRoutes)
  .route("/", priceLockRoutes)
  .route("/", pricesRoutes)
  .route("/", kviRoutes)
  .route("/", mapRoutes)
  .route("/", storeRoutes)
  .route("/", storePriceRoutes)
  .route("/", privacyRoutes)
  .route("/", eventRoutes)
  .route("/", endpointRoutes)
  .route("/", alertRuleRoutes)
  .route("/", alertChannelRoutes)
  .route("/", auditRoutes)
  .route("/", operateRoutes)
  .route("/", metricsRoutes)
  .route("/", lakeRoutes)
  .route("/", qualityRoutes);

/** The API's type, for the dashboard's client. */
export type AppType = typeof routes;

let document: ApiDocument | undefined;
function apiDocument(): ApiDocument {
  document ??= describeApi(app);
  return document;
}
app.get("/openapi.json", (c) => c.json(apiDocument()));
app.get("/docs", (c) => docsPage(c, apiDocument()));
app.notFound((c) => problemResponse(new ProblemError("not_found", "there is nothing here"), c));
app.onError(problemResponse);
