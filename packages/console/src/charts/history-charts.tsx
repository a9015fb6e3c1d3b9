// Uploads, callbacks, latencies and storage over the last minutes or hours.
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { HistoryPoint } from "../ask.ts";
import { Trouble } from "../parts/trouble.tsx";
import { addressOf, go } from "../place.ts";
import { useAnswer } from "../use-load.ts";
import { useSizes, useWords } from "../words/words.ts";
import { Chart } from "./chart.tsx";
import { seriesOf } from "./history-series.ts";

/** Times to choose from, in minutes. */
const ranges = ["5", "15", "60", "360", "1440"] as const;

/** How often the figures are fetched again, in milliseconds: as often as they are taken. */
const historyMs = 10_000;

/** The charts. */
export function HistoryCharts({
  parameters,
}: {
  readonly parameters: URLSearchParams;
}): JSX.Element {
  const words = useWords();
  const minutes = ranges.find((one) => one === parameters.get("minutes")) ?? "60";
  const history = useAnswer("GET /history", { parameters: { minutes } }, historyMs);
  return (
    <section aria-label={words.charts.title}>
      <div class="heading">
        <h2>{words.charts.title}</h2>
        <label class="inline">
          {words.charts.range}
          <select
            value={minutes}
            onChange={({ currentTarget }) =>
              go(addressOf("/", { minutes: currentTarget.value }), { replace: true })
            }
          >
            {ranges.map((value) => (
              <option key={value} value={value}>
                {words.charts.ranges[value]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Trouble answer={history} />
      {history.value === undefined ? null : (
        <Charts points={history.value.points} minutes={Number(minutes)} />
      )}
    </section>
  );
}

interface ChartsProps {
  readonly points: readonly HistoryPoint[];
  readonly minutes: number;
}

function Charts({ points, minutes }: ChartsProps): JSX.Element {
  const words = useWords();
  const showSize = useSizes();
  const data = useMemo(() => seriesOf(points), [points]);
  const { charts } = words;
  const rate = (value: number): string => charts.perSecond(rounded(value));
  const time = (value: number): string => words.took(rounded(value));
  const scale = { minutes, times: data.times };
  const share = (value: number): string => `${rounded(value)} %`;
  return (
    <div class="charts">
      <Chart
        title={charts.uploads}
        {...scale}
        show={rate}
        series={[
          { label: charts.stored, colour: "--good", values: data.uploads },
          { label: charts.errors, colour: "--bad", values: data.errors },
        ]}
      />
      <Chart
        title={charts.callbacks}
        {...scale}
        show={rate}
        series={[
          { label: words.states.delivered, colour: "--good", values: data.delivered },
          { label: words.states.failed, colour: "--bad", values: data.failed },
        ]}
      />
      <Chart
        title={charts.success}
        {...scale}
        show={share}
        series={[{ label: charts.success, colour: "--accent", values: data.success }]}
      />
      {(["uploadMs", "callbackMs"] as const).map((name) => (
        <Chart
          key={name}
          title={name === "uploadMs" ? charts.uploadTime : charts.callbackTime}
          {...scale}
          show={time}
          series={percentiles.map(({ label, colour }) => ({
            label,
            colour,
            values: data[name][label],
          }))}
        />
      ))}
      <Chart
        title={charts.storage}
        {...scale}
        show={showSize}
        series={[
          { label: charts.used, colour: "--accent", values: data.used },
          { label: charts.free, colour: "--muted", values: data.free },
        ]}
      />
    </div>
  );
}

const percentiles = [
  { label: "p50", colour: "--good" },
  { label: "p95", colour: "--wait" },
  { label: "p99", colour: "--bad" },
] as const;

function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
}
