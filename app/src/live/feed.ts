import type { Query, QueryClient } from "@tanstack/solid-query";
import { createSignal, onCleanup, onMount } from "solid-js";
import type { Page } from "../../../domain/contract/answers.ts";
import type { Product } from "../../../domain/contract/catalogue.ts";
import type { Proposal, Run } from "../../../domain/contract/decisions.ts";
import type { Signal } from "../../../domain/contract/market.ts";
import type { LiveItem } from "../../../domain/messages/live.ts";
import { whenIdle } from "../components/pace.ts";
import { patchRows } from "../list/patch-rows.ts";
import { keys, keysToRefresh, LIVE_KEYS } from "../queries/keys.ts";
import { withProgress } from "../queries/runs.ts";
import { type LiveSocket, type LiveStatus, makeLiveConnection } from "./connection.ts";
import { noteDigest } from "./digests.ts";
import { makeCoalescer, type Timer } from "./timers.ts";

/** What is shown is read again at most this often, however fast changes come in. */
const REFRESH_EVERY_MS = 1000;
/** How many rows a list has by now is asked at most this often: it takes a count of all of them. */
const RECOUNT_EVERY_MS = 3000;

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

/** Changes what is shown of the things that changed, without reading their lists again: each list once. */
function showInPlace(client: QueryClient, items: readonly LiveItem[]): void {
  const proposals = new Map<string, Partial<Proposal>>();
  const signals = new Map<string, Partial<Signal>>();
  const products = new Map<string, Partial<Product>>();
  for (const item of items) {
    if (item.type === "run")
      client.setQueryData<Page<Run>>(keys.runs, (page) => page && withProgress(page, item));
    if (item.type === "proposal") proposals.set(item.id, { status: item.status as Proposal["status"] });
    if (item.type === "signal") {
      const { priority, severity, confidence } = item;
      const given = item.assignee === undefined ? {} : { assignee: item.assignee ?? undefined };
      const status = item.status as Signal["status"];
      signals.set(item.id, { ...signals.get(item.id), status, priority, severity, confidence, ...given });
    }
    if (item.type === "price") products.set(item.sku, { price: item.price });
  }
  if (proposals.size > 0) patchRows<Proposal>(client, keys.proposals, ({ id }) => proposals.get(id));
  if (signals.size > 0) patchRows<Signal>(client, keys.signals, ({ id }) => signals.get(id));
  if (products.size > 0) patchRows<Product>(client, keys.products, ({ sku }) => products.get(sku));
}

/** Follows the live feed as long as its owner lives, and keeps the cached queries current. */
export function createLiveFeed(client: QueryClient) {
  const [status, setStatus] = createSignal<LiveStatus>("connecting");

  /** Reads what the items put out of date: the counts of lists, or all else. A hidden page does so when it is shown again. */
  function readOutdated(items: readonly LiveItem[], counts: boolean) {
    const outdated = keysToRefresh(items);
    const predicate = ({ queryKey }: Query) =>
      queryKey.includes("count") === counts &&
      outdated.some((key) => key.every((part, at) => queryKey[at] === part));
    client.invalidateQueries({ predicate, refetchType: document.hidden ? "none" : "active" });
  }

  const recount = makeCoalescer<LiveItem>((items) => readOutdated(items, true), RECOUNT_EVERY_MS, timer);
  const refresh = makeCoalescer<LiveItem>(
    (items) =>
      whenIdle(() => {
        // what is being decided here is told by its answer: nothing is read for it as well
        if (client.isMutating() > 0) return refresh.push(items);
        for (const item of items) if (item.type === "digest") noteDigest(item);
        showInPlace(client, items);
        readOutdated(items, false);
      }),
    REFRESH_EVERY_MS,
    timer,
  );

  function take(items: readonly LiveItem[]) {
    refresh.push(items);
    recount.push(items);
  }

  function readAgain(ifReadBefore = Number.POSITIVE_INFINITY) {
    for (const queryKey of LIVE_KEYS) {
      client.invalidateQueries({ queryKey, predicate: (query) => query.state.dataUpdatedAt < ifReadBefore });
    }
  }

  onMount(() => {
    const connection = makeLiveConnection({
      open: openSocket,
      onFrame: (frame) => ("reset" in frame ? readAgain() : take(frame.items)),
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
      recount.stop();
    });
  });

  return status;
}
