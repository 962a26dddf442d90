import { A, Navigate, type RouteSectionProps, useLocation } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import { For, Match, onCleanup, Switch } from "solid-js";
import { Failure } from "../components/Async.tsx";
import { CONTENT_ID, keepFocusOnPage } from "../components/focus.ts";
import { Later } from "../components/Later.tsx";
import { paintClicksFirst } from "../components/pace.ts";
import { ToastRegion } from "../components/toasts.tsx";
import type { LiveStatus } from "../live/connection.ts";
import { createLiveFeed } from "../live/feed.ts";
import { paths } from "../paths.ts";
import { useMe } from "../queries/session.ts";
import { FreezeBanner } from "./FreezeBanner.tsx";
import { Help } from "./Help.tsx";
import { PAGES } from "./navigation.ts";
import { PagesMenu } from "./PagesMenu.tsx";
import { RunsMenu } from "./RunsMenu.tsx";
import { SystemState } from "./SystemState.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";
import { UserMenu } from "./UserMenu.tsx";

/** The frame of every page; without a session it leads to the sign-in page. */
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
  keepFocusOnPage();
  onCleanup(paintClicksFirst());
  return (
    <>
      <a class="skip" href={`#${CONTENT_ID}`}>
        Skip to content
      </a>
      <header class="top">
        <A class="brand" href={paths.home()} aria-label="Pricewright, go to Home">
          <Mark />
          <span class="brand-name">Pricewright</span>
        </A>
        <nav class="nav" aria-label="Main">
          <NavLink href={paths.home()} label="Home" end />
          <NavLink href={paths.approvals()} label="Approvals" />
          <For each={PAGES.filter(({ place }) => place === "bar")}>
            {(page) => <NavLink href={page.path} label={page.label} />}
          </For>
          <PagesMenu label="Analysis" place="analysis" />
          <PagesMenu label="More" place="menu" />
        </nav>
        <div class="top-tools">
          <Later>
            <SystemState />
            <RunsMenu />
            <LiveBadge status={status()} />
            <Help />
            <ThemeToggle />
            <UserMenu />
          </Later>
        </div>
      </header>
      <FreezeBanner />
      <div id={CONTENT_ID} class="content" tabindex="-1">
        {/* not within Suspense: that takes the whole page out of the document for a moment, and with it the focus, whenever a
            part of it reads a query for the first time, be its answer there or not */}
        <Later>{props.children}</Later>
      </div>
      <ToastRegion />
    </>
  );
}

function NavLink(props: { href: string; label: string; end?: boolean }) {
  return (
    <A class="nav-link" href={props.href} end={props.end ?? false} activeClass="nav-active" inactiveClass="">
      {props.label}
    </A>
  );
}

const TEXT = {
  connecting: { label: "Connecting", title: "The live connection is being opened." },
  live: { label: "Live", title: "Changes appear as they happen." },
  reconnecting: {
    label: "Reconnecting",
    title:
      "The live connection was lost. Figures may be out of date until it is back; it reconnects by itself.",
  },
} as const satisfies Record<LiveStatus, { label: string; title: string }>;

/** Whether the page is kept current by the live feed. */
function LiveBadge(props: { status: LiveStatus }) {
  return (
    <span class={`live live-${props.status}`} role="status" title={TEXT[props.status].title}>
      <span class="live-dot" aria-hidden="true" />
      <span class="live-text">{TEXT[props.status].label}</span>
    </span>
  );
}

/** The product's mark: a price line over its floor. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="7" />
      <path class="mark-line" d="M7 22 L13 14 L18 18 L25 8" />
      <path class="mark-floor" d="M7 26 H25" />
    </svg>
  );
}
