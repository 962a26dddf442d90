import { lazy } from "solid-js";
import { paths } from "../paths.ts";

/** The pages that are lists, each loaded when it is opened. In the bar, or in the menu behind it. */
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
    ...{ path: "/elasticity", label: "Elasticity", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/ElasticitiesPage.tsx")).ElasticitiesPage,
    })),
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
    ...{ path: "/unmatched", label: "Unmatched listings", place: "menu" },
    component: lazy(async () => ({
      default: (await import("../pages/manage/UnmatchedPage.tsx")).UnmatchedPage,
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
    ...{ path: "/audit", label: "Audit", place: "menu" },
    component: lazy(async () => ({ default: (await import("../pages/manage/AuditPage.tsx")).AuditPage })),
  },
] as const;
