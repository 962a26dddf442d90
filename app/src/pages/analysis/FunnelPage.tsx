import { For, Show } from "solid-js";
import type { PlainChart } from "../../charts/plain.ts";
import { Async } from "../../components/Async.tsx";
import { SelectField } from "../../components/fields.tsx";
import { PlainTable } from "../../components/PlainTable.tsx";
import { EmptyState, SkeletonRows } from "../../components/states.tsx";
import { number, percent } from "../../format/number.ts";
import { plural, words } from "../../format/words.ts";
import { ANY, useListAddress } from "../../list/address.ts";
import { type Funnel, useFunnel } from "../../queries/analysis.ts";
import { LatestEvents } from "./LatestEvents.tsx";
import { AnalysisPage, Block, PlainChartView, ShareBar, SpanChoices } from "./parts.tsx";
import { useSpan } from "./span.ts";

type Step = Funnel["steps"][number];
type Device = Funnel["devices"][number]["device"];

const DEVICES = ["mobile", "desktop", "tablet", "unknown"] as const satisfies readonly Device[];

const shareText = (share: number | null) => (share === null ? "–" : percent(100 * share));

/** How far sessions come, and where they are lost. */
export function FunnelPage() {
  const { address, query, exported } = useSpan();
  const device = useListAddress({ device: undefined });
  const asked = () => {
    const chosen = device.asked().device as Device | undefined;
    return chosen ? { ...query(), device: chosen } : query();
  };
  const funnel = useFunnel(asked);
  return (
    <AnalysisPage
      title="Conversion funnel"
      note="Unique sessions of each day. A page view without a product belongs to no category, so a category begins at the product view."
      exported={{ path: "/api/marts/daily-funnel", address: exported }}
      choices={
        <SpanChoices address={address}>
          <SelectField
            label="Device"
            value={device.value("device") ?? ANY}
            choices={[
              { value: ANY, label: "All devices" },
              ...DEVICES.map((value) => ({ value, label: words(value) })),
            ]}
            onChange={(value) => device.set({ device: value === ANY ? undefined : value })}
          />
        </SpanChoices>
      }
    >
      <Async query={funnel} skeleton={<SkeletonRows rows={6} />}>
        {(found) => (
          <Show when={found().steps.some(({ sessions }) => sessions > 0)} fallback={<NoEvents />}>
            <FunnelBlocks funnel={found()} />
          </Show>
        )}
      </Async>
      <LatestEvents />
    </AnalysisPage>
  );
}

function NoEvents() {
  return (
    <EmptyState title="No session in these days" next={{ label: "Make a key for the shop", href: "/keys" }}>
      The shop posts what shoppers do (POST /api/ingest/events); the figures follow with the next full hour.
    </EmptyState>
  );
}

function FunnelBlocks(props: { funnel: Funnel }) {
  return (
    <>
      <Block
        title="From the page to the purchase"
        note={`${plural(props.funnel.shopPageViews, "page view")} without a product are counted with the whole shop only.`}
      >
        <Steps steps={props.funnel.steps} />
      </Block>
      <Devices funnel={props.funnel} />
      <Block title="By category" width="half" note="Of the sessions that viewed a product of it.">
        <PlainTable
          caption="Funnel by category"
          rows={props.funnel.categories}
          columns={[
            { label: "Category", cell: (row) => row.category },
            { label: "Viewed", isNumber: true, cell: (row) => number(row.steps[1]?.sessions ?? 0) },
            { label: "Cart", isNumber: true, cell: (row) => shareText(row.steps[2]?.ofBase ?? null) },
            {
              label: "Bought",
              isNumber: true,
              cell: (row) => <strong>{shareText(row.steps[3]?.ofBase ?? null)}</strong>,
            },
          ]}
        />
      </Block>
      <Block title="By the hour of the day" note={topHours(props.funnel.topPurchaseHours)} width="two-thirds">
        <PlainChartView label="Views, carts and purchases by hour" chart={hoursChart(props.funnel)} />
      </Block>
      <Groups funnel={props.funnel} />
      <Events funnel={props.funnel} />
      <Block title="Events per session" width="two-thirds">
        <PlainChartView label="Sessions by number of events" chart={sizesChart(props.funnel)} />
      </Block>
    </>
  );
}

/** A part of a whole, in per cent and as a bar. */
function Share(props: { part: number; whole: number }) {
  const share = () => (props.whole > 0 ? props.part / props.whole : 0);
  return (
    <>
      {shareText(share())}
      <ShareBar share={share()} />
    </>
  );
}

function Devices(props: { funnel: Funnel }) {
  const sessions = () => props.funnel.devices.reduce((sum, one) => sum + one.sessions, 0);
  return (
    <Block title="By device" width="half">
      <PlainTable
        caption="Funnel by device"
        rows={props.funnel.devices}
        columns={[
          { label: "Device", cell: (row) => words(row.device) },
          { label: "Sessions", isNumber: true, cell: (row) => number(row.sessions) },
          { label: "Share", cell: (row) => <Share part={row.sessions} whole={sessions()} /> },
          { label: "Cart", isNumber: true, cell: (row) => shareText(row.steps[2]?.ofBase ?? null) },
          { label: "Bought", isNumber: true, cell: (row) => <strong>{shareText(row.conversion)}</strong> },
        ]}
      />
    </Block>
  );
}

function Events(props: { funnel: Funnel }) {
  const events = () => props.funnel.events.reduce((sum, one) => sum + one.count, 0);
  return (
    <Block title="Kinds of events" width="third" note="Of every device.">
      <PlainTable
        caption="Events by kind"
        rows={props.funnel.events}
        columns={[
          { label: "Event", cell: (row) => words(row.type) },
          { label: "Events", isNumber: true, cell: (row) => number(row.count) },
          { label: "Share", cell: (row) => <Share part={row.count} whole={events()} /> },
        ]}
      />
    </Block>
  );
}

/** Sessions that bought beside those that did not. */
function Groups(props: { funnel: Funnel }) {
  const bought = () => props.funnel.groups.find(({ converted }) => converted);
  const others = () => props.funnel.groups.find(({ converted }) => !converted);
  const compared = () =>
    [
      ["Sessions", bought()?.sessions, others()?.sessions, 0],
      ["Events in a session", bought()?.meanEvents, others()?.meanEvents, 1],
      ["Minutes", bought()?.meanMinutes, others()?.meanMinutes, 1],
      ["Kinds of events", bought()?.meanEventTypes, others()?.meanEventTypes, 1],
    ] as const;
  const figure = (value: number | null | undefined, digits: number) =>
    value === null || value === undefined ? "–" : number(value, digits);
  return (
    <Block title="Sessions that bought" width="third" note="Beside those that did not.">
      <PlainTable
        caption="Sessions that bought and sessions that did not"
        rows={compared()}
        columns={[
          { label: "Mean", cell: ([label]) => label },
          { label: "Bought", isNumber: true, cell: ([, one, , digits]) => figure(one, digits) },
          { label: "Did not", isNumber: true, cell: ([, , other, digits]) => figure(other, digits) },
        ]}
      />
    </Block>
  );
}

function topHours(hours: readonly number[]): string {
  if (hours.length === 0) return "Nothing was bought in these days.";
  return `Most purchases: ${hours.map((hour) => `${String(hour).padStart(2, "0")}:00`).join(", ")}.`;
}

function Steps(props: { steps: readonly Step[] }) {
  const most = () => Math.max(...props.steps.map(({ sessions }) => sessions), 1);
  return (
    <ol class="funnel-steps">
      <For each={props.steps}>
        {(step) => (
          <li>
            <strong>{words(step.step)}</strong>
            <ShareBar share={step.sessions / most()} />
            <span class="funnel-figures">
              <span>
                <strong>{number(step.sessions)}</strong> sessions, {shareText(step.ofBase)}
              </span>
              <span class="sub" title="In brackets the 95 % interval of the share of all sessions">
                {intervalText(step)}
              </span>
            </span>
          </li>
        )}
      </For>
    </ol>
  );
}

function intervalText({ ofBaseCi95, ofStepBefore }: Step): string {
  const parts = [
    ...(ofStepBefore === null ? [] : [`${shareText(ofStepBefore)} of the step before`]),
    ...(ofBaseCi95 === null ? [] : [`(${percent(100 * ofBaseCi95[0])} to ${percent(100 * ofBaseCi95[1])})`]),
  ];
  return parts.join(" ");
}

function hoursChart({ hours }: Funnel): PlainChart {
  const known = new Map(hours.map((row) => [row.hour, row]));
  const all = Array.from({ length: 24 }, (_, hour) => hour);
  const values = (name: "views" | "carts" | "purchases") => all.map((hour) => known.get(hour)?.[name] ?? 0);
  return {
    labels: all.map((hour) => `${String(hour).padStart(2, "0")}:00`),
    series: [
      { name: "Views", values: values("views"), kind: "bar", colour: "demand" },
      { name: "Carts", values: values("carts"), colour: "ours", right: true },
      { name: "Purchases", values: values("purchases"), colour: "proposed", right: true },
    ],
    ...{ xTitle: "Hour of the shop's day", yTitle: "Views", rightTitle: "Carts and purchases", digits: 0 },
  };
}

function sizesChart({ histogram }: Funnel): PlainChart {
  const label = (one: Funnel["histogram"][number]) =>
    one.eventsTo === null
      ? `${one.eventsFrom} and more`
      : one.eventsTo === one.eventsFrom
        ? `${one.eventsFrom}`
        : `${one.eventsFrom}–${one.eventsTo}`;
  return {
    labels: histogram.map(label),
    series: [
      {
        name: "Bought",
        values: histogram.map(({ converted }) => converted),
        kind: "bar",
        colour: "proposed",
      },
      {
        name: "Did not buy",
        values: histogram.map(({ sessions, converted }) => sessions - converted),
        kind: "bar",
        colour: "ours",
      },
    ],
    ...{ xTitle: "Events in the session", yTitle: "Sessions", stacked: true, digits: 0 },
  };
}
