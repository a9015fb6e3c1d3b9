// A chart of values over time, drawn by uPlot on a canvas.
import type { JSX } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { now } from "../now.ts";
import { LanguageContext, useWords } from "../words/words.ts";

/** One line of a chart. */
export interface Series {
  readonly label: string;
  /** Name of the custom property of its colour. */
  readonly colour: string;
  /** One value for each time; `null` leaves a gap. */
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly title: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** The time that the chart covers, in minutes; it ends now. */
  readonly minutes: number;
  /** Writes a value for people. */
  readonly show: (value: number) => string;
}

const height = 180;

/** The chart, with its latest values as text. */
export function Chart({ title, times, series, minutes, show }: ChartProps): JSX.Element {
  const words = useWords();
  const language = useContext(LanguageContext);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const isDark = useDark();
  const names = series.map(({ label }) => label).join();
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const made = new uPlot(
      optionsOf({ element: current, series, minutes, show, language }),
      [[]],
      current,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: current.clientWidth, height }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [names, isDark, language, minutes]);
  useEffect(() => {
    plot.current?.setData([[...times], ...series.map(({ values }) => [...values])]);
  }, [times, series, isDark, names, language, minutes]);
  const latest = series
    .map(({ label, values }) => ({
      label,
      value: values.findLast((one) => one !== null) ?? undefined,
    }))
    .filter((one): one is { label: string; value: number } => one.value !== undefined)
    .map(({ label, value }) => `${label} ${show(value)}`)
    .join(", ");
  return (
    <figure class="card chart">
      <figcaption>
        <h3>{title}</h3>
        <small>{latest === "" ? words.charts.none : latest}</small>
      </figcaption>
      <div ref={place} role="img" aria-label={words.charts.of(title, latest)} />
      <ul class="legend" aria-hidden="true">
        {series.map(({ label, colour }) => (
          <li key={label} style={{ "--series": `var(${colour})` }}>
            {label}
          </li>
        ))}
      </ul>
    </figure>
  );
}

interface PlotOptions extends Pick<ChartProps, "series" | "minutes" | "show"> {
  readonly element: HTMLElement;
  readonly language: string;
}

function optionsOf({ element, series, minutes, show, language }: PlotOptions): uPlot.Options {
  const time = new Intl.DateTimeFormat(language, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const muted = colourOf(element, "--muted");
  const axis: uPlot.Axis = {
    stroke: muted,
    grid: { stroke: colourOf(element, "--line"), width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(element).fontFamily}`,
  };
  return {
    width: Math.max(1, element.clientWidth),
    height,
    legend: { show: false },
    cursor: { y: false, points: { show: true }, drag: { x: false, y: false } },
    scales: {
      x: { range: () => [now() / 1_000 - minutes * 60, now() / 1_000] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 72,
        values: (_, times) => times.map((at) => time.format(at * 1_000)),
      },
      { ...axis, size: 64, values: (_, values) => values.map(show) },
    ],
    series: [
      {},
      ...series.map(({ label, colour }) => {
        const stroke = colourOf(element, colour);
        const fill = `color-mix(in srgb, ${stroke} 12%, transparent)`;
        return { label, stroke, fill, width: 2, spanGaps: false };
      }),
    ],
  };
}

// The colour that a custom property has now: a canvas does not understand `light-dark()`.
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const darkQuery = matchMedia("(prefers-color-scheme: dark)");

// A canvas does not follow the colour scheme by itself.
function useDark(): boolean {
  const [isDark, setDark] = useState(darkQuery.matches);
  useEffect(() => {
    const look = (): void => setDark(darkQuery.matches);
    darkQuery.addEventListener("change", look);
    return () => darkQuery.removeEventListener("change", look);
  }, []);
  return isDark;
}
