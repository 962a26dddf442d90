import { A, useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
import { createEffect, Show } from "solid-js";
import { answer, api, inPath } from "../../api/client.ts";
import { Async } from "../../components/Async.tsx";
import { SkeletonRows } from "../../components/states.tsx";
import { withMoney } from "../../format/number.ts";
import { reasonWords } from "../../format/reasons.ts";
import { dateTime } from "../../format/time.ts";
import { actor } from "../../format/words.ts";
import { paths } from "../../paths.ts";
import { Candidates } from "../approvals/Candidates.tsx";
import type { Explained } from "../approvals/explained.ts";
import { Guardrails } from "../approvals/Guardrails.tsx";
import { Inputs } from "../approvals/Inputs.tsx";

const route = api.decisions[":id"];
type Detail = InferResponseType<typeof route.$get, 200>;

/** One decision: the reason, the candidates, the guardrails and the inputs, computed again from what the run read. */
export function DecisionPage() {
  const params = useParams<{ id: string }>();
  const id = () => decodeURIComponent(params.id);
  const decision = useQuery(() => ({
    queryKey: ["decision", id()],
    queryFn: ({ signal }) => answer(route.$get({ param: { id: inPath(id()) } }, { init: { signal } })),
    staleTime: Number.POSITIVE_INFINITY,
  }));
  return (
    <main class="page">
      <A class="back" href={paths.decisions()}>
        ← All decisions
      </A>
      <Async query={decision} skeleton={<SkeletonRows rows={6} />}>
        {(found) => <Opened decision={found()} />}
      </Async>
    </main>
  );
}

function Opened(props: { decision: Detail }) {
  createEffect(() => {
    document.title = `Decision about ${props.decision.title ?? props.decision.sku} · Pricewright`;
  });
  const explained = (): Explained | undefined => {
    const { explanation, from, to, currency } = props.decision;
    if (!explanation || from === undefined || currency === undefined) return undefined;
    return { explanation, from, to: to ?? from, currency };
  };
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Decision about {props.decision.title ?? props.decision.sku}</h1>
          <p class="sub">
            {props.decision.sku} · {actor(props.decision.actor)} · {dateTime(props.decision.at)}
          </p>
        </div>
        <span class="page-actions">
          <A class="button button-small" href={paths.product(props.decision.sku)}>
            Open the product
          </A>
        </span>
      </div>
      <Show
        when={explained()}
        fallback={<p class="sentence">{props.decision.note ?? reasonWords(props.decision.reason)}</p>}
      >
        {(of) => (
          <>
            <p class="sentence">{withMoney(of().explanation.sentence)}</p>
            <Candidates of={of()} />
            <Guardrails of={of()} />
            <Show when={of().explanation.inputs.length > 0}>
              <Inputs inputs={of().explanation.inputs} />
            </Show>
          </>
        )}
      </Show>
    </>
  );
}
