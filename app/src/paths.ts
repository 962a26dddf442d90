/** Every address of the app, built in one place. */
export const paths = {
  signIn: (next?: string): string =>
    next && next !== "/" ? `/sign-in?next=${encodeURIComponent(next)}` : "/sign-in",
  home: (): string => "/",
  approvals: (): string => "/approvals",
  proposal: (id: string): string => `/approvals/${encodeURIComponent(id)}`,
  products: (): string => "/products",
  product: (sku: string): string => `/products/${encodeURIComponent(sku)}`,
  signals: (): string => "/signals",
  overrides: (): string => "/overrides",
  competitor: (id: string): string => `/competitors/${encodeURIComponent(id)}`,
  decisions: (): string => "/decisions",
  decision: (id: string): string => `/decisions/${encodeURIComponent(id)}`,
  priceTests: (): string => "/price-tests",
  priceTest: (id: string): string => `/price-tests/${encodeURIComponent(id)}`,
  store: (id: string, view?: string): string =>
    `/stores/${encodeURIComponent(id)}${view === undefined ? "" : `?view=${view}`}`,
  storeLog: (id: string, state?: string): string =>
    `/stores/${encodeURIComponent(id)}/log${state === undefined ? "" : `?state=${state}`}`,
  account: (): string => "/account",
  users: (): string => "/users",
  apiKeys: (): string => "/keys",
};

/** An address with what its list is narrowed to; a name without a value is left out. */
export function withQuery(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** Where to go after signing in: a path of this app, never an address of another site. */
export function safeNext(next: string | undefined): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : paths.home();
}
