import { useLocation } from "@solidjs/router";
import { type JSX, onCleanup, onMount } from "solid-js";
import { type ListAddress, useListAddress } from "./address.ts";
import { ColumnsMenu } from "./ColumnsMenu.tsx";
import { createColumnChoice } from "./column-choice.ts";
import { type Column, DataTable } from "./DataTable.tsx";
import { listenForKeys } from "./hotkeys.ts";
import { createList, type List, type ListSource } from "./list.ts";
import { ExportButton, type Filter, ListBar, ListBody, ListCount } from "./parts.tsx";
import { focusRow } from "./rows.ts";
import { ViewsMenu } from "./ViewsMenu.tsx";

export interface ListPageProps<T> {
  title: string;
  /** what a row is */
  one: string;
  many?: string;
  source: ListSource<T>;
  /** of the list in the API, for the export */
  path: string;
  /** the names that the list can be asked for, with their defaults */
  asked: Record<string, string | undefined>;
  filters: readonly Filter[];
  searchFor: string;
  /** the name that the search is sent by; default `q` */
  searchBy?: string;
  columns: readonly Column<T>[];
  idOf: (row: T) => string;
  /** shown when there is nothing at all: what would be here, and how it gets here */
  empty: JSX.Element;
  hasLinks?: boolean;
  isQuiet?: (row: T) => boolean;
  /** beside the title */
  actions?: JSX.Element;
  /** beside the title too, of what concerns the list itself */
  listActions?: (list: List<T>, address: ListAddress) => JSX.Element;
  /** above the rows, of the list as it is narrowed */
  insights?: (list: List<T>) => JSX.Element;
  /** between the title and the list */
  children?: JSX.Element;
}

/** A page that is one list. */
export function ListPage<T extends object>(props: ListPageProps<T>) {
  const location = useLocation();
  const address = useListAddress(props.asked);
  const list = createList(props.source, address.asked);
  const choice = createColumnChoice(location.pathname, () => props.columns);
  let page!: HTMLElement;
  onCleanup(listenForKeys({ move: (step) => focusRow(page, step) }));
  onMount(() => {
    document.title = `${props.title} · Pricewright`;
  });
  return (
    <main ref={page} class="page">
      <div class="page-head">
        <h1>{props.title}</h1>
        <ListCount list={list} one={props.one} many={props.many} />
        <span class="page-actions">
          {props.actions}
          {props.listActions?.(list, address)}
          <ColumnsMenu choice={choice} />
          <ViewsMenu page={location.pathname} />
          <ExportButton path={props.path} address={address} />
        </span>
      </div>
      {props.children}
      <ListBar
        list={list}
        address={address}
        filters={props.filters}
        searchFor={props.searchFor}
        searchBy={props.searchBy}
      />
      {props.insights?.(list)}
      <ListBody list={list} address={address} empty={props.empty}>
        <DataTable
          caption={props.title}
          columns={choice.shown()}
          list={list}
          idOf={props.idOf}
          sort={address.value("sort")}
          onSort={(sort) => address.set({ sort })}
          hasLinks={props.hasLinks ?? false}
          isQuiet={props.isQuiet}
        />
      </ListBody>
    </main>
  );
}
