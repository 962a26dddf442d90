import type { QueryClient } from "@tanstack/solid-query";
import { createSignal, onCleanup, onMount } from "solid-js";
import type { Page } from "../../../domain/contract/answers.ts";
import type { Product } from "../../../domain/contract/catalogue.ts";
import type { Proposal, Run } from "../../../domain/contract/decisions.ts";
import type { Signal } from "../../../domain/contract/market.ts";
import type { LiveItem } from "../../../domain/messages/live.ts";
import { patchRows } from "../list/patch-rows.ts";
import { keys, keysToRefresh, LIVE_KEYS } from "../queries/keys.ts";
import { withProgress } from "../queries/runs.ts";
import { type LiveSocket, type LiveStatus, makeLiveConnection } from "./connection.ts";
import { noteDigest } from "./digests.ts";
import { makeCoalescer, type Timer } from "./timers.ts";

/** Lists are read again at most this often, however fast changes come in. */
const REFRESH_EVERY_MS = 1000;

const timer: Timer = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

function openSocket(since: number | undefined): LiveSocket {
  const url = new URL("/api/live", location.href);
  if (since !== undefined) url.searchParams.set("since", String(since));
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url) as unknown as LiveSocket;
}

/** Changes what is shown of a thing that changed, without reading its list again. */
function showInPlace(client: QueryClient, item: LiveItem): void {
  if (item.type === "run")
    client.setQueryData<Page<Run>>(keys.runs, (page) => page && withProgress(page, item));
  if (item.type === "proposal") {
    const status = item.status as Proposal["status"];
    patchRows<Proposal>(client, keys.proposals, ({ id }) => id === item.id, { status });
  }
  if (item.type === "signal") {
    const { priority, severity, confidence } = item;
    const status = item.status as Signal["status"];
    const given = item.assignee === undefined ? {} : { assignee: item.assignee ?? undefined };
    const change = { status, priority, severity, confidence, ...given };
    patchRows<Signal>(client, keys.signals, ({ id }) => id === item.id, change);
  }
  if (item.type === "price")
    patchRows<Product>(client, keys.products, ({ sku }) => sku === item.sku, { price: item.price });
}

/** Follows the live feed as long as its owner lives, and keeps the cached queries current. */
export function createLiveFeed(client: QueryClient) {
  const [status, setStatus] = createSignal<LiveStatus>("connecting");

  const refresh = makeCoalescer<LiveItem>(
    (items) => {
      for (const item of items) {
        if (item.type === "digest") noteDigest(item);
        showInPlace(client, item);
      }
      // a hidden page only notes what is out of date, and reads it when it is shown again
      const refetchType = document.hidden ? "none" : "active";
      for (const queryKey of keysToRefresh(items)) client.invalidateQueries({ queryKey, refetchType });
    },
    REFRESH_EVERY_MS,
    timer,
  );

  function readAgain(ifReadBefore = Number.POSITIVE_INFINITY) {
    for (const queryKey of LIVE_KEYS) {
      client.invalidateQueries({ queryKey, predicate: (query) => query.state.dataUpdatedAt < ifReadBefore });
    }
  }

  onMount(() => {
    const connection = makeLiveConnection({
      open: openSocket,
      onFrame: (frame) => ("reset" in frame ? readAgain() : refresh.push(frame.items)),
      onOpen: (resumed) => {
        if (!resumed) readAgain(Date.now());
      },
      onStatus: (now) => {
        setStatus(now);
        // a session that has ended closes the connection too: the page then asks for a new sign-in
        if (now === "reconnecting") client.invalidateQueries({ queryKey: keys.me });
      },
      timer,
      random: Math.random,
    });
    const wake = () => {
      if (document.visibilityState === "visible") connection.wake();
    };
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    onCleanup(() => {
      window.removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      connection.stop();
      refresh.stop();
    });
  });

  return status;
}
