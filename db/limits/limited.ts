type Methods = Record<string, (...values: never[]) => unknown>;

/** A binding with some methods replaced; all others are the binding's own. */
export function limited<T extends object>(inner: T, methods: Methods): T {
  return new Proxy(inner, {
    get(target, name) {
      const own = typeof name === "string" && Object.hasOwn(methods, name) ? methods[name] : undefined;
      if (own) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
