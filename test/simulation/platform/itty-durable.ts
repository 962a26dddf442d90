/** Stands in for a package that the line under test imports and never calls. */
export function createDurable(): new () => object {
  return class {};
}

export function proxyDurable(): never {
  throw new Error("no run takes place in a simulation");
}
