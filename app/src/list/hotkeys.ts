export interface Hotkeys {
  move?: (step: 1 | -1) => unknown;
  back?: () => unknown;
  search?: () => unknown;
  approve?: () => unknown;
  reject?: () => unknown;
  edit?: () => unknown;
  mark?: () => unknown;
  help?: () => unknown;
}

/** Whether the key belongs to a field, or to an open dialog or menu. */
function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, select, textarea, [role=dialog], [role=menu]") !== null
  );
}

const ACTION_OF_KEY: Readonly<Record<string, keyof Hotkeys>> = {
  Escape: "back",
  "/": "search",
  "?": "help",
  a: "approve",
  r: "reject",
  e: "edit",
  x: "mark",
};

/** Calls the action of a key pressed outside of fields and dialogs. Returns a function that stops listening. */
export function listenForKeys(actions: Hotkeys): () => void {
  function onKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event.target))
      return;
    const step = event.key === "j" ? 1 : event.key === "k" ? -1 : null;
    if (step !== null && actions.move) {
      event.preventDefault();
      actions.move(step);
      return;
    }
    const name = ACTION_OF_KEY[event.key];
    const action = name && name !== "move" ? actions[name] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  }
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
