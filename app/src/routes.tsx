import { A, Route, Router } from "@solidjs/router";
import { For, lazy } from "solid-js";
import { EmptyState } from "./components/states.tsx";
import { paths } from "./paths.ts";
import { PAGES } from "./shell/navigation.ts";
import { Shell } from "./shell/Shell.tsx";

// the router asks for the page of an address at once, before it is known who is signed in
const SignInPage = lazy(async () => ({ default: (await import("./pages/SignInPage.tsx")).SignInPage }));
const HomePage = lazy(async () => ({ default: (await import("./pages/home/HomePage.tsx")).HomePage }));
const ApprovalsPage = lazy(async () => ({
  default: (await import("./pages/approvals/ApprovalsPage.tsx")).ApprovalsPage,
}));
const ProposalPane = lazy(async () => ({
  default: (await import("./pages/approvals/ProposalPane.tsx")).ProposalPane,
}));
const JoinPage = lazy(() => import("./pages/people/JoinPage.tsx"));
const AccountPage = lazy(() => import("./pages/people/AccountPage.tsx"));
const UsersPage = lazy(() => import("./pages/people/UsersPage.tsx"));
const KeysPage = lazy(() => import("./pages/people/KeysPage.tsx"));
const PriceTestPage = lazy(() => import("./pages/earn/PriceTestPage.tsx"));
const ProductPage = lazy(async () => ({
  default: (await import("./pages/product/ProductPage.tsx")).ProductPage,
}));
const StorePricesPage = lazy(async () => ({
  default: (await import("./pages/stores/StorePricesPage.tsx")).StorePricesPage,
}));
const StoreLogPage = lazy(async () => ({
  default: (await import("./pages/stores/StoreLogPage.tsx")).StoreLogPage,
}));

const DecisionPage = lazy(async () => ({
  default: (await import("./pages/manage/DecisionPage.tsx")).DecisionPage,
}));
const CompetitorPage = lazy(async () => ({
  default: (await import("./pages/analysis/CompetitorPage.tsx")).CompetitorPage,
}));

/** Every page and its address. */
export function AppRoutes() {
  return (
    <Router>
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/join" component={JoinPage} />
      <Route path="/" component={Shell}>
        <Route path="/" component={HomePage} />
        <Route path="/approvals" component={ApprovalsPage}>
          <Route path="/" />
          <Route path="/:id" component={ProposalPane} />
        </Route>
        <Route path="/products/:sku" component={ProductPage} />
        <Route path="/competitors/:competitor" component={CompetitorPage} />
        <Route path="/decisions/:id" component={DecisionPage} />
        <Route path="/price-tests/:id" component={PriceTestPage} />
        <Route path="/stores/:id" component={StorePricesPage} />
        <Route path="/stores/:id/log" component={StoreLogPage} />
        <Route path="/account" component={AccountPage} />
        <Route path="/users" component={UsersPage} />
        <Route path="/keys" component={KeysPage} />
        <For each={PAGES}>{(page) => <Route path={page.path} component={page.component} />}</For>
        <Route path="*" component={NotFoundPage} />
      </Route>
    </Router>
  );
}

function NotFoundPage() {
  return (
    <main class="page">
      <h1>Page not found</h1>
      <EmptyState
        title="There is nothing at this address."
        action={
          <A class="button" href={paths.approvals()}>
            Go to Approvals
          </A>
        }
      />
    </main>
  );
}
