import { A, Navigate, type RouteSectionProps, useLocation } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import { Match, Switch } from "solid-js";
import { Failure } from "../components/Async.tsx";
import { ToastRegion } from "../components/toasts.tsx";
import { createLiveFeed } from "../live/feed.ts";
import { paths } from "../paths.ts";
import { useMe } from "../queries/session.ts";
import { LiveBadge } from "./LiveBadge.tsx";
import { Mark } from "./Mark.tsx";
import { RunsMenu } from "./RunsMenu.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";
import { UserMenu } from "./UserMenu.tsx";

/** What surrounds every page of a signed-in person; whoever is not is led to the sign-in page. */
export function Shell(props: RouteSectionProps) {
  const me = useMe();
  const location = useLocation();
  return (
    <Switch fallback={<div class="boot" role="status" aria-label="Loading" />}>
      <Match when={!me.isPending && me.data}>
        <Console>{props.children}</Console>
      </Match>
      <Match when={me.isError}>
        <main class="page">
          <Failure error={me.error} onRetry={() => me.refetch()} />
        </main>
      </Match>
      <Match when={me.isSuccess}>
        <Navigate href={paths.signIn(location.pathname + location.search)} />
      </Match>
    </Switch>
  );
}

function Console(props: Pick<RouteSectionProps, "children">) {
  const status = createLiveFeed(useQueryClient());
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <header class="top">
        <A class="brand" href={paths.approvals()} aria-label="Pricewright, to Approvals">
          <Mark />
          <span class="brand-name">Pricewright</span>
        </A>
        <nav class="nav" aria-label="Main">
          <NavLink href={paths.approvals()} label="Approvals" />
          <NavLink href={paths.products()} label="Products" />
          <NavLink href={paths.signals()} label="Signals" />
        </nav>
        <div class="top-tools">
          <RunsMenu />
          <LiveBadge status={status()} />
          <ThemeToggle />
          <UserMenu />
        </div>
      </header>
      <div id="content" class="content" tabindex="-1">
        {props.children}
      </div>
      <ToastRegion />
    </>
  );
}

function NavLink(props: { href: string; label: string }) {
  return (
    <A class="nav-link" href={props.href} activeClass="nav-active" inactiveClass="">
      {props.label}
    </A>
  );
}
