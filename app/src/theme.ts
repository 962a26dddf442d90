import { createSignal } from "solid-js";

export type Theme = "light" | "dark";

const KEY = "pricewright-theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme | null {
  const value = document.documentElement.dataset.theme;
  return value === "light" || value === "dark" ? value : null;
}

function present(): Theme {
  return chosen() ?? (system.matches ? "dark" : "light");
}

const [theme, setTheme] = createSignal<Theme>(present());
system.addEventListener("change", () => setTheme(present()));

/** The theme in force: the one chosen in this browser, else the system's. */
export { theme };

/** Chooses the other theme, for this browser. */
export function toggleTheme(): void {
  const next: Theme = theme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // storage may be forbidden: the choice then lasts until the page is left
  }
  setTheme(next);
}
