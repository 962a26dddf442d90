import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { A, useLocation } from "@solidjs/router";
import { For } from "solid-js";
import { PAGES } from "./navigation.ts";

/** The pages that are not in the bar. */
export function MoreMenu() {
  const location = useLocation();
  const pages = PAGES.filter(({ place }) => place === "menu");
  const isHere = () => pages.some(({ path }) => location.pathname.startsWith(path));
  return (
    <DropdownMenu gutter={6} placement="bottom-start">
      <DropdownMenu.Trigger class="nav-link nav-more" classList={{ "nav-active": isHere() }}>
        More
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu">
          <For each={pages}>
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
