import { type Component, lazy } from "solid-js";
import { paths } from "../paths.ts";

/** The parts of the menu behind, in their order. */
export const MENU_GROUPS = ["Prices", "Data", "System"] as const;

interface AppPage {
  path: string;
  label: string;
  /** in the bar, in the menu of analyses, in the menu behind, or reached from a tab of another page */
  place: "bar" | "analysis" | "menu" | "tab";
  /** of the menu behind */
  group?: (typeof MENU_GROUPS)[number];
  component: Component;
}

/** The pages that are lists or analyses, each loaded when it is opened. */
export const PAGES: readonly AppPage[] = [
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
    ...{ path: "/forecasts", label: "Forecasts", place: "analysis" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/ForecastsPage.tsx")).ForecastsPage,
    })),
  },
  {
    ...{ path: paths.overrides(), label: "Overrides", place: "menu", group: "Prices" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/OverridesPage.tsx")).OverridesPage,
    })),
  },
  {
    ...{ path: "/held-prices", label: "Held prices", place: "menu", group: "Prices" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/HeldPricesPage.tsx")).HeldPricesPage,
    })),
  },
  {
    ...{ path: "/strategies", label: "Strategies", place: "menu", group: "Prices" },
    component: lazy(async () => ({
      default: (await import("../pages/strategies/StrategiesPage.tsx")).StrategiesPage,
    })),
  },
  {
    ...{ path: "/minimum-prices", label: "Minimum prices", place: "menu", group: "Prices" },
    component: lazy(async () => ({ default: (await import("../pages/manage/MapPage.tsx")).MapPage })),
  },
  {
    ...{ path: "/kvi", label: "Key value items", place: "menu", group: "Prices" },
    component: lazy(async () => ({ default: (await import("../pages/manage/KviPage.tsx")).KviPage })),
  },
  {
    ...{ path: paths.decisions(), label: "Decisions", place: "menu", group: "Prices" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/DecisionsPage.tsx")).DecisionsPage,
    })),
  },
  {
    ...{ path: paths.priceTests(), label: "Price tests", place: "menu", group: "Prices" },
    component: lazy(async () => ({
      default: (await import("../pages/earn/PriceTestsPage.tsx")).PriceTestsPage,
    })),
  },
  {
    ...{ path: "/outcomes", label: "Outcomes", place: "menu", group: "Prices" },
    component: lazy(async () => ({ default: (await import("../pages/earn/OutcomesPage.tsx")).OutcomesPage })),
  },
  {
    ...{ path: "/backtest", label: "Backtest", place: "menu", group: "Prices" },
    component: lazy(async () => ({ default: (await import("../pages/earn/BacktestPage.tsx")).BacktestPage })),
  },
  {
    ...{ path: "/models", label: "Models", place: "menu", group: "Prices" },
    component: lazy(async () => ({ default: (await import("../pages/earn/ModelsPage.tsx")).ModelsPage })),
  },
  {
    ...{ path: "/imports", label: "Imports", place: "menu", group: "Data" },
    component: lazy(async () => ({
      default: (await import("../pages/imports/ImportsPage.tsx")).ImportsPage,
    })),
  },
  {
    ...{ path: "/sources", label: "Sources", place: "menu", group: "Data" },
    component: lazy(async () => ({ default: (await import("../pages/manage/SourcesPage.tsx")).SourcesPage })),
  },
  {
    ...{ path: "/quarantine", label: "Quarantine", place: "menu", group: "Data" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/QuarantinePage.tsx")).QuarantinePage,
    })),
  },
  {
    ...{ path: "/unmatched", label: "Unmatched listings", place: "menu", group: "Data" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/UnmatchedPage.tsx")).UnmatchedPage,
    })),
  },
  {
    ...{ path: "/matches", label: "Match review", place: "menu", group: "Data" },
    component: lazy(async () => ({ default: (await import("../pages/manage/MatchesPage.tsx")).MatchesPage })),
  },
  {
    ...{ path: "/competitors", label: "Competitors", place: "menu", group: "Data" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/CompetitorsPage.tsx")).CompetitorsPage,
    })),
  },
  {
    ...{ path: "/watch", label: "Watch list", place: "menu", group: "Data" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/WatchListPage.tsx")).WatchListPage,
    })),
  },
  {
    ...{ path: "/stores", label: "Stores", place: "menu", group: "Data" },
    component: lazy(async () => ({ default: (await import("../pages/stores/StoresPage.tsx")).StoresPage })),
  },
  {
    ...{ path: "/exchange-rates", label: "Exchange rates", place: "menu", group: "Data" },
    component: lazy(async () => ({ default: (await import("../pages/manage/RatesPage.tsx")).RatesPage })),
  },
  {
    ...{ path: "/quality", label: "Quality", place: "menu", group: "Data" },
    component: lazy(async () => ({ default: (await import("../pages/manage/QualityPage.tsx")).QualityPage })),
  },
  {
    ...{ path: "/dead-letters", label: "Dead letters", place: "menu", group: "Data" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/DeadLettersPage.tsx")).DeadLettersPage,
    })),
  },
  {
    ...{ path: "/runs", label: "Runs", place: "menu", group: "System" },
    component: lazy(async () => ({ default: (await import("../pages/manage/RunsPage.tsx")).RunsPage })),
  },
  {
    ...{ path: "/alerts", label: "Alerts", place: "menu", group: "System" },
    component: lazy(async () => ({
      default: (await import("../pages/reach/AlertRulesPage.tsx")).AlertRulesPage,
    })),
  },
  {
    ...{ path: "/endpoints", label: "Endpoints", place: "menu", group: "System" },
    component: lazy(async () => ({
      default: (await import("../pages/reach/EndpointsPage.tsx")).EndpointsPage,
    })),
  },
  {
    ...{ path: "/settings", label: "Settings", place: "menu", group: "System" },
    component: lazy(async () => ({
      default: (await import("../pages/settings/SettingsPage.tsx")).SettingsPage,
    })),
  },
  {
    ...{ path: "/audit", label: "Audit", place: "menu", group: "System" },
    component: lazy(async () => ({ default: (await import("../pages/manage/AuditPage.tsx")).AuditPage })),
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
];
