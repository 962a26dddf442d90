import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
import { Show } from "solid-js";
import { answer, answerOrNull, api, inPath } from "../../api/client.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Async } from "../../components/Async.tsx";
import { Until } from "../../components/facts.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { money, withMoney } from "../../format/number.ts";
import { actor, words } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import { useAction } from "../../queries/actions.ts";
import { keys } from "../../queries/keys.ts";
import { missingRight, useMe } from "../../queries/session.ts";

const product = api.products[":sku"];
type Explained = InferResponseType<typeof product.explain.$get, 200>;
type Override = NonNullable<Explained["override"]>;

/** Why the product has its price, what holds it there, and what may be announced of it. */
export function WhyCard(props: { sku: string }) {
  const ofSku = () => ({ param: { sku: inPath(props.sku) } });
  const why = useQuery(() => ({
    queryKey: [...keys.product(props.sku), "explain"],
    queryFn: ({ signal }) => answer(product.explain.$get(ofSku(), { init: { signal } })),
  }));
  const prior = useQuery(() => ({
    queryKey: [...keys.product(props.sku), "prior-price"],
    queryFn: ({ signal }) =>
      answerOrNull(product["prior-price"].$get({ ...ofSku(), query: {} }, { init: { signal } })),
  }));
  return (
    <section class="block" aria-labelledby="why-heading">
      <h2 id="why-heading">Why this price</h2>
      <Async query={why} skeleton={<SkeletonRows rows={3} height="line" />}>
        {(found) => (
          <>
            <p>{withMoney(found().sentence)}</p>
            <Show when={found().override}>
              {(override) => <InForce override={override()} sku={props.sku} />}
            </Show>
            <Show when={found().proposal}>
              {(proposal) => (
                <p>
                  <A href={paths.proposal(proposal().id)}>The proposal behind it</A>
                </p>
              )}
            </Show>
          </>
        )}
      </Async>
      <Async
        query={prior}
        skeleton={<SkeletonRows rows={1} height="line" />}
        none={<EmptyState title="No prior price is known" />}
      >
        {(found) => (
          <dl class="pairs">
            <dt title="Lowest price at which it was on sale in the 30 days before the reduction">
              Prior price, 30 days
            </dt>
            <dd>
              <Show when={found().prior} fallback="none is known">
                {(price) => money(price(), found().currency)}
              </Show>
            </dd>
            <dt>Reduction that may be announced</dt>
            <dd>{found().maxClaimPct > 0 ? `up to ${found().maxClaimPct} %` : "none"}</dd>
          </dl>
        )}
      </Async>
    </section>
  );
}

function InForce(props: { override: Override; sku: string }) {
  const me = useMe();
  const end = useAction(
    keys.product(props.sku),
    (id: string) => answer(api.overrides[":id"].$delete({ param: { id: inPath(id) } })),
    () => "Override ended",
  );
  return (
    <div class="notice notice-warn">
      <strong>{words(props.override.kind)}</strong> by {actor(props.override.createdBy)}, ends{" "}
      <Until at={props.override.expiresAt} />
      <p>“{props.override.reason}”</p>
      <ActionButton
        small
        disabledReason={missingRight(me.data, "approve") ?? (end.isPending ? "It is being ended." : null)}
        onClick={() => end.mutate(props.override.id)}
      >
        End the override
      </ActionButton>
    </div>
  );
}
