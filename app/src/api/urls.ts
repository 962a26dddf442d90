type QueryValue = string | number | boolean | undefined | null;

/** `?a=1&b=2` of the values that are set; empty strings and undefined are left out. */
export function queryString(values: Readonly<Record<string, QueryValue>>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

const product = (sku: string) => `/api/products/${encodeURIComponent(sku)}`;

/** Every address of the API that the app calls. */
export const apiUrl = {
  me: () => "/api/auth/me",
  signIn: () => "/api/auth/sign-in",
  signOut: () => "/api/auth/sign-out",
  settings: () => "/api/settings",
  proposals: (query: Readonly<Record<string, QueryValue>>) => `/api/proposals${queryString(query)}`,
  proposal: (id: string) => `/api/proposals/${encodeURIComponent(id)}`,
  decide: (id: string, verb: "approve" | "reject") => `/api/proposals/${encodeURIComponent(id)}/${verb}`,
  products: (query: Readonly<Record<string, QueryValue>>) => `/api/products${queryString(query)}`,
  product,
  offers: (sku: string) => `${product(sku)}/offers`,
  trend: (sku: string, query: { from: string; to: string; window: TrendWindow }) =>
    `${product(sku)}/trend${queryString(query)}`,
  demand: (sku: string, query: { from: string; to: string }) => `${product(sku)}/demand${queryString(query)}`,
  history: (sku: string, query: Readonly<Record<string, QueryValue>> = {}) =>
    `${product(sku)}/history${queryString(query)}`,
  elasticity: (sku: string) => `${product(sku)}/elasticity`,
  price: (sku: string) => `/api/price/${encodeURIComponent(sku)}`,
  signals: (query: Readonly<Record<string, QueryValue>>) => `/api/signals${queryString(query)}`,
  acknowledge: (id: string) => `/api/signals/${encodeURIComponent(id)}/acknowledge`,
  runs: (query: Readonly<Record<string, QueryValue>> = {}) => `/api/runs${queryString(query)}`,
  live: (since?: number) => `/api/live${queryString({ since })}`,
};

export type TrendWindow = "5m" | "1h" | "1d";
