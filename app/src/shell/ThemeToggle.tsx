import { createSignal, Show } from "solid-js";

type Theme = "light" | "dark";

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

/** The present theme: the one chosen in this browser, else the system's. */
export { theme };

/** Chooses the other theme, for this browser. */
function toggleTheme(): void {
  const next: Theme = theme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // storage may be forbidden; the choice then lasts until the page is closed
  }
  setTheme(next);
}

export function ThemeToggle() {
  const label = () => (theme() === "dark" ? "Use the light theme" : "Use the dark theme");
  return (
    <button type="button" class="icon-button" aria-label={label()} title={label()} onClick={toggleTheme}>
      <Show when={theme() === "dark"} fallback={<MoonIcon />}>
        <SunIcon />
      </Show>
    </button>
  );
}

function SunIcon() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="4.2" />
      <path d="M12 2.5v2.6M12 18.9v2.6M2.5 12h2.6M18.9 12h2.6" />
      <path d="M5.3 5.3l1.8 1.8M16.9 16.9l1.8 1.8M5.3 18.7l1.8-1.8M16.9 7.1l1.8-1.8" />
    </svg>
  );
}

function MoonIcon() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M20 14.2A8.2 8.2 0 0 1 9.8 4a8.2 8.2 0 1 0 10.2 10.2Z" />
    </svg>
  );
}
