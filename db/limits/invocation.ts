import { assertWithin, PLATFORM_LIMITS } from "../../domain/base/platform-limits.ts";

/** What one invocation of the Worker may still do. */
export class Invocation {
  readonly #queriesMax: number;
  readonly #subrequestsMax: number;
  #queries = 0;
  #subrequests = 0;

  constructor({ d1Queries, subrequests }: { d1Queries: number; subrequests: number }) {
    this.#queriesMax = d1Queries;
    this.#subrequestsMax = subrequests;
  }

  /** One call to the database that carries so many queries. */
  query(count: number): void {
    this.#queries += count;
    assertWithin("d1Queries", this.#queries, this.#queriesMax);
    this.call();
  }

  /** One call to another service. */
  call(): void {
    this.#subrequests++;
    assertWithin("subrequests", this.#subrequests, this.#subrequestsMax);
  }
}

/** Of an object: it makes few calls for each call to it, so that only sizes are looked at. */
export const UNCOUNTED = new Invocation({
  d1Queries: Number.POSITIVE_INFINITY,
  subrequests: Number.POSITIVE_INFINITY,
});

/**
 * What ENFORCE_LIMITS says: null = off. `on` takes the platform's own numbers; those of an invocation may be set.
 *
 * @example
 * readEnforcement("on") // { d1Queries: 1000, subrequests: 10000 }
 * readEnforcement("subrequests=50") // { d1Queries: 1000, subrequests: 50 }
 */
export function readEnforcement(text: string | undefined): { d1Queries: number; subrequests: number } | null {
  if (!text || text === "off") return null;
  const { d1Queries, subrequests } = PLATFORM_LIMITS;
  const set = Object.fromEntries(
    [...text.matchAll(/(d1Queries|subrequests)=(\d+)/g)].map(([, name, most]) => [name, Number(most)]),
  );
  return { d1Queries, subrequests, ...set };
}
