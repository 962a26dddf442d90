import { Fact } from "../../components/facts.tsx";
import { fixed, money, number, percent, percentDelta, signed } from "../../format/number.ts";
import { dateTime } from "../../format/time.ts";
import { plural } from "../../format/words.ts";
import { type MarketSummary, type ShopActivity, useActivity } from "../../queries/home.ts";
import { Index } from "./MarketTables.tsx";
import { ReturnFact } from "./ReturnFact.tsx";

/** How many figures each of the two rows has. */
export const [MARKET_FIGURES, ACTIVITY_FIGURES] = [6, 5] as const;

/** Where our prices stand, and how many signals are open. */
export function MarketFigures(props: { summary: MarketSummary }) {
  const market = () => props.summary.market;
  const urgent = () =>
    props.summary.openSignals
      .filter(({ priority }) => priority === 1)
      .reduce((sum, { count }) => sum + count, 0);
  const open = () => props.summary.openSignals.reduce((sum, { count }) => sum + count, 0);
  return (
    <dl class="facts">
      <ReturnFact />
      <Fact label="Price index" note="our prices against the cheapest competitor's, who is 100">
        <Index value={market().index} />
      </Fact>
      <Fact label="Weighted by our revenue" note="above 100 we are dearer">
        <Index value={market().weightedIndex} />
      </Fact>
      <Fact label="Red zone" note="of the products compared, over 10 % above the cheapest">
        {percent(market().redZonePct)}
      </Fact>
      <Fact
        label="We are cheapest"
        note={`of ${plural(market().compared, "product")} compared, ${percent(market().coveragePct, 0)} of the catalogue`}
      >
        {market().position.lowest}
      </Fact>
      <Fact label="Open signals" note={`${urgent()} of high priority`}>
        {open()}
      </Fact>
    </dl>
  );
}

type Activity = ShopActivity["hour"]["now"];

/** Additions to the cart per view; null without a view. */
const engagement = ({ carts, views }: Activity) => (views > 0 ? carts / views : null);

const rateText = (rate: number | null) => (rate === null ? "–" : percent(100 * rate));

/** What shoppers did in the last day and hour, beside as long a time before. */
export function ActivityFigures(props: { category: string | undefined }) {
  const found = useActivity(() => props.category);
  const activity = () => (found.isPending ? undefined : found.data);
  const until = () => {
    const one = activity();
    return one && `up to ${dateTime(one.asOf)}`;
  };
  return (
    <dl class="facts" title={until() ?? ""}>
      <Engagement label="Engagement, last 24 hours" beside={activity()?.day} before="the day before" />
      <Engagement label="Engagement, last hour" beside={activity()?.hour} before="the hour before" />
      <Counted label="Views, last 24 hours" beside={activity()?.day} of="views" />
      <Counted label="Purchases, last 24 hours" beside={activity()?.day} of="purchases" />
      <Fact label="Sold, last 24 hours" note={soldBefore(activity())}>
        {soldText(activity())}
      </Fact>
    </dl>
  );
}

function Engagement(props: { label: string; beside: ShopActivity["hour"] | undefined; before: string }) {
  const now = () => (props.beside ? engagement(props.beside.now) : null);
  const before = () => (props.beside ? engagement(props.beside.before) : null);
  const change = () => {
    const [one, other] = [now(), before()];
    return one === null || other === null ? null : 100 * (one - other);
  };
  const note = () =>
    now() === null && before() === null
      ? "additions to the cart per view; nobody has looked at a product"
      : `additions to the cart per view; ${props.before} ${rateText(before())}`;
  return (
    <Fact label={props.label} note={note()}>
      {rateText(now())}
      <span class="fact-change">{change() === null ? "" : ` ${signed(change() ?? 0, 1)} points`}</span>
    </Fact>
  );
}

function Counted(props: {
  label: string;
  beside: ShopActivity["day"] | undefined;
  of: "views" | "purchases";
}) {
  const before = () => props.beside?.before[props.of] ?? 0;
  const now = () => props.beside?.now[props.of];
  return (
    <Fact label={props.label} note={`the day before ${number(before())}`}>
      {number(now() ?? 0)}
      <span class="fact-change">
        {before() > 0 ? ` ${percentDelta((100 * ((now() ?? 0) - before())) / before(), 0)}` : ""}
      </span>
    </Fact>
  );
}

function soldText(activity: ShopActivity | undefined): string {
  return activity ? money(activity.day.now.revenue, activity.currency) : "–";
}

function soldBefore(activity: ShopActivity | undefined): string {
  if (!activity) return "revenue of the purchases";
  const { now, before } = activity.day;
  const each = now.purchases > 0 ? `, ${fixed(now.units / now.purchases, 1)} units a purchase` : "";
  return `the day before ${money(before.revenue, activity.currency)}${each}`;
}
