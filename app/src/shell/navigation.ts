import { lazy } from "solid-js";
import { paths } from "../paths.ts";

/**
 * The pages that are lists, each loaded when it is opened. In the bar, in the menu of analyses, in the menu behind, or
 * reached from a tab of another page.
 */
export const PAGES = [
  {
    ...{ path: "/signals", label: "Signals", place: "bar" },
    component: lazy(async () => ({ default: (await import("../pages/SignalsPage.tsx")).SignalsPage })),
  },
  {
    ...{ path: paths.products(), label: "Products", place: "bar" },
    component: lazy(async () => ({
      default: (await import("../pages/product/ProductsPage.tsx")).ProductsPage,
    })),
  },
  {
    ...{ path: "/market", label: "Market", place: "analysis" },
    component: lazy(async () => ({ default: (await import("../pages/analysis/MarketPage.tsx")).MarketPage })),
  },
  {
    ...{ path: "/positions", label: "Price position", place: "analysis" },
    component: lazy(async () => ({
      default: (await import("../pages/analysis/PositionsPage.tsx")).PositionsPage,
    })),
  },
  {
    ...{ path: "/performance", label: "Product performance", place: "analysis" },
    component: lazy(async () => ({
      default: (await import("../pages/analysis/PerformancePage.tsx")).PerformancePage,
    })),
  },
  {
    ...{ path: "/demand", label: "Demand", place: "analysis" },
    component: lazy(async () => ({ default: (await import("../pages/analysis/DemandPage.tsx")).DemandPage })),
  },
  {
    ...{ path: "/demand-signals", label: "Demand and signals", place: "analysis" },
    component: lazy(async () => ({
      default: (await import("../pages/analysis/DemandSignalsPage.tsx")).DemandSignalsPage,
    })),
  },
  {
    ...{ path: "/funnel", label: "Conversion funnel", place: "analysis" },
    component: lazy(async () => ({ default: (await import("../pages/analysis/FunnelPage.tsx")).FunnelPage })),
  },
  {
    ...{ path: "/customers", label: "Customers", place: "analysis" },
    component: lazy(async () => ({
      default: (await import("../pages/analysis/CustomersPage.tsx")).CustomersPage,
    })),
  },
  {
    ...{ path: "/stock", label: "Stock", place: "analysis" },
    component: lazy(async () => ({ default: (await import("../pages/analysis/StockPage.tsx")).StockPage })),
  },
  {
    ...{ path: "/revenue", label: "Revenue simulation", place: "analysis" },
    component: lazy(async () => ({
      default: (await import("../pages/analysis/RevenuePage.tsx")).RevenuePage,
    })),
  },
  {
    ...{ path: "/elasticity", label: "Elasticity", place: "analysis" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/ElasticitiesPage.tsx")).ElasticitiesPage,
    })),
  },
  {
    ...{ path: paths.priceTests(), label: "Price tests", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/earn/PriceTestsPage.tsx")).PriceTestsPage,
    })),
  },
  {
    ...{ path: "/outcomes", label: "Outcomes", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/earn/OutcomesPage.tsx")).OutcomesPage })),
  },
  {
    ...{ path: "/backtest", label: "Backtest", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/earn/BacktestPage.tsx")).BacktestPage })),
  },
  {
    ...{ path: "/models", label: "Models", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/earn/ModelsPage.tsx")).ModelsPage })),
  },
  {
    ...{ path: "/competitors", label: "Competitors", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/CompetitorsPage.tsx")).CompetitorsPage,
    })),
  },
  {
    ...{ path: "/stores", label: "Stores", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/stores/StoresPage.tsx")).StoresPage })),
  },
  {
    ...{ path: "/kvi", label: "Key value items", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/manage/KviPage.tsx")).KviPage })),
  },
  {
    ...{ path: "/minimum-prices", label: "Minimum prices", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/manage/MapPage.tsx")).MapPage })),
  },
  {
    ...{ path: "/overrides", label: "Overrides", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/OverridesPage.tsx")).OverridesPage,
    })),
  },
  {
    ...{ path: "/runs", label: "Runs", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/manage/RunsPage.tsx")).RunsPage })),
  },
  {
    ...{ path: "/quarantine", label: "Quarantine", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/QuarantinePage.tsx")).QuarantinePage,
    })),
  },
  {
    ...{ path: "/held-prices", label: "Held prices", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/HeldPricesPage.tsx")).HeldPricesPage,
    })),
  },
  {
    ...{ path: "/unmatched", label: "Unmatched listings", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/UnmatchedPage.tsx")).UnmatchedPage,
    })),
  },
  {
    ...{ path: "/alerts", label: "Alerts", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/reach/AlertRulesPage.tsx")).AlertRulesPage,
    })),
  },
  {
    ...{ path: "/alerts/channels", label: "Alert channels", place: "tab" },
    component: lazy(async () => ({
      default: (await import("../pages/reach/ChannelsPage.tsx")).ChannelsPage,
    })),
  },
  {
    ...{ path: "/alerts/sent", label: "Sent alerts", place: "tab" },
    component: lazy(async () => ({
      default: (await import("../pages/reach/SentAlertsPage.tsx")).SentAlertsPage,
    })),
  },
  {
    ...{ path: "/endpoints", label: "Endpoints", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/reach/EndpointsPage.tsx")).EndpointsPage,
    })),
  },
  {
    ...{ path: "/sources", label: "Sources", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/manage/SourcesPage.tsx")).SourcesPage })),
  },
  {
    ...{ path: "/dead-letters", label: "Dead letters", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/DeadLettersPage.tsx")).DeadLettersPage,
    })),
  },
  {
    ...{ path: "/quality", label: "Quality", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/QualityPage.tsx")).QualityPage,
    })),
  },
  {
    ...{ path: "/watch", label: "Watch list", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/WatchListPage.tsx")).WatchListPage,
    })),
  },
  {
    ...{ path: "/price-rules", label: "Price rules", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/settings/PriceRulesPage.tsx")).PriceRulesPage,
    })),
  },
  {
    ...{ path: "/settings", label: "Settings", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/settings/SettingsPage.tsx")).SettingsPage,
    })),
  },
  {
    ...{ path: "/audit", label: "Audit", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/manage/AuditPage.tsx")).AuditPage })),
  },
] as const;
