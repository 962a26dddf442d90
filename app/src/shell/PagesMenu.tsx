import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { A, useLocation } from "@solidjs/router";
import { For } from "solid-js";
import { PAGES } from "./navigation.ts";

/** Pages that are not in the bar: one of its menus. */
export function PagesMenu(props: { label: string; place: "analysis" | "menu" }) {
  const location = useLocation();
  const pages = () => PAGES.filter(({ place }) => place === props.place);
  const isHere = () =>
    pages().some(({ path }) => location.pathname === path || location.pathname.startsWith(`${path}/`));
  return (
    <DropdownMenu gutter={6} placement="bottom-start">
      <DropdownMenu.Trigger class="nav-link nav-more" classList={{ "nav-active": isHere() }}>
        {props.label}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu">
          <For each={pages()}>
            {(page) => (
              <DropdownMenu.Item as={A} class="menu-item" href={page.path}>
                {page.label}
              </DropdownMenu.Item>
            )}
          </For>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}
