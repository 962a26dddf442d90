import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { A, useLocation } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Menu } from "../components/menus.tsx";
import { MENU_GROUPS, PAGES } from "./navigation.ts";

/** Pages that are not in the bar: one of its menus. */
export function PagesMenu(props: { label: string; place: "analysis" | "menu" }) {
  const location = useLocation();
  const pages = PAGES.filter(({ place }) => place === props.place);
  const isHere = () =>
    pages.some(({ path }) => location.pathname === path || location.pathname.startsWith(`${path}/`));
  const groups =
    props.place === "menu"
      ? MENU_GROUPS.map((title) => ({ title, pages: pages.filter(({ group }) => group === title) }))
      : [{ title: undefined, pages }];
  return (
    <Menu
      label={props.label}
      class={`nav-link nav-more${isHere() ? " nav-active" : ""}`}
      gutter={6}
      placement="bottom-start"
      panelClass="menu menu-pages"
    >
      <For each={groups}>
        {(group) => (
          <DropdownMenu.Group class="menu-group">
            <Show when={group.title}>
              {(title) => <DropdownMenu.GroupLabel class="menu-label">{title()}</DropdownMenu.GroupLabel>}
            </Show>
            <For each={group.pages}>
              {(page) => (
                <DropdownMenu.Item as={A} class="menu-item" href={page.path}>
                  {page.label}
                </DropdownMenu.Item>
              )}
            </For>
          </DropdownMenu.Group>
        )}
      </For>
    </Menu>
  );
}
