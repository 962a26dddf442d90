import type { Page } from "../../../domain/contract/answers.ts";

/**
 * Rows as the cache keeps them. Solid's stores walk through all plain objects and arrays in what they are given, whenever
 * anything of a query changes: through ten thousand rows many times a minute. What has a class of its own they leave alone.
 */
export class Rows<T> {
  readonly items: readonly T[];
  constructor(items: readonly T[]) {
    this.items = items;
  }
}

/** A page of a list in the cache. */
export interface KeptPage<T> extends Omit<Page<T>, "items"> {
  rows: Rows<T>;
}

export function keptPage<T>({ items, ...page }: Page<T>): KeptPage<T> {
  return { ...page, rows: new Rows(items) };
}
