/** Stands for the helper of the same name that brings core-js along: see `[alias]` in wrangler.toml. */
export default function defineProperty<T extends object>(target: T, name: string, value: unknown): T {
  return Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
