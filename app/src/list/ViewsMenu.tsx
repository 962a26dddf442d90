import { Popover } from "@kobalte/core/popover";
import { A, useLocation } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { TextField } from "../components/fields.tsx";
import { forgetView, saveView, viewsOf } from "./views.ts";

/** The views of this list that were saved in this browser, and the way to save the present one. */
export function ViewsMenu(props: { page: string }) {
  const location = useLocation();
  const [isOpen, setOpen] = createSignal(false);
  const [name, setName] = createSignal("");
  const saved = () => viewsOf(props.page);
  const save = (event: Event) => {
    event.preventDefault();
    if (name().trim() === "") return;
    saveView(props.page, { name: name(), search: location.search });
    setName("");
    setOpen(false);
  };
  return (
    <Popover open={isOpen()} onOpenChange={setOpen} gutter={6} placement="bottom-end">
      <Popover.Trigger class="button button-small">Views</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="popover views">
          <Popover.Title class="popover-title">Saved views</Popover.Title>
          <Show
            when={saved().length > 0}
            fallback={<p class="muted">A view keeps search, filters and order under a name.</p>}
          >
            <ul class="views-list">
              <For each={saved()}>
                {(view) => (
                  <li>
                    <A href={props.page + view.search} onClick={() => setOpen(false)}>
                      {view.name}
                    </A>
                    <button
                      type="button"
                      class="icon-button"
                      aria-label={`Forget the view ${view.name}`}
                      onClick={() => forgetView(props.page, view.name)}
                    >
                      ×
                    </button>
                  </li>
                )}
              </For>
            </ul>
          </Show>
          <form class="views-save" onSubmit={save}>
            <TextField
              label="Save what is shown as"
              value={name()}
              onInput={setName}
              help="Kept in this browser. To share it, send the page’s address."
            />
            <button type="submit" class="button button-small" disabled={name().trim() === ""}>
              Save view
            </button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  );
}
