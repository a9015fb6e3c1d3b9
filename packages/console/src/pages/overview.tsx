// The overview: the health of the workers, the confirmed share of each endpoint's callbacks, and
// the latest failures.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { deliveryStates, type EndpointFigures } from "../ask.ts";
import { HistoryCharts } from "../charts/history-charts.tsx";
import { SparkBars } from "../charts/spark-bars.tsx";
import { Result } from "../parts/result.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { visible } from "../parts/visible.ts";
import { addressOf } from "../place.ts";
import { region, storeUrl } from "../store.ts";
import { useAnswer } from "../use-load.ts";
import { useTimes, useWords } from "../words/words.ts";

interface OverviewProps {
  /** Whether the address is this page's. */
  readonly isKnown: boolean;
  readonly parameters: URLSearchParams;
}

/** Hours that the figures cover. */
const hours = 24;

/** Bars of an endpoint's chart: one for each hour. */
const steps = "24";

/** How often the figures are fetched again, in milliseconds: they read every delivery. */
const figuresMs = 30_000;

/** Failures that are shown. */
const failuresShown = 5;

/** How often health and failures are asked for, in milliseconds. */
const healthMs = 5_000;

/** The page. */
export function OverviewPage({ isKnown, parameters }: OverviewProps): JSX.Element {
  const words = useWords();
  const stats = useAnswer(
    "GET /deliveries/stats",
    { parameters: { since: `${hours}h`, steps } },
    figuresMs,
  );
  const endpoints = stats.value?.endpoints;
  return (
    <>
      {isKnown ? null : <p class="trouble">{words.wrongPage}</p>}
      <h1>{words.overview}</h1>
      <div class="cards">
        <section class="card">
          <h2>{words.health}</h2>
          <Health />
        </section>
        <section class="card">
          <h2>{words.store}</h2>
          <p>
            <code>{storeUrl}</code>
            <br />
            {region}
          </p>
        </section>
      </div>
      <HistoryCharts parameters={parameters} />
      <h2>
        {words.endpoints} <small>{words.lastHours(hours)}</small>
      </h2>
      <Trouble answer={stats} />
      {endpoints === undefined && stats.error === undefined ? <p>{words.loading}</p> : null}
      {endpoints?.length === 0 ? <p class="empty">{words.noCallbacks}</p> : null}
      {endpoints !== undefined && endpoints.length > 0 ? <Endpoints endpoints={endpoints} /> : null}
      <h2>
        {words.latestFailures} <small>{words.lastHours(hours)}</small>
      </h2>
      <Failures />
    </>
  );
}

function Failures(): JSX.Element | null {
  const words = useWords();
  const showTime = useTimes();
  const parameters = { state: "failed", since: `${hours}h`, limit: String(failuresShown) };
  const failures = useAnswer("GET /deliveries", { parameters }, healthMs);
  const { value } = failures;
  if (value === undefined) return <Trouble answer={failures} />;
  if (value.deliveries.length === 0) return <p class="empty">{words.noFailures}</p>;
  return (
    <ul class="failures">
      {value.deliveries.map((one) => (
        <li key={one.id} class="card">
          <a href={addressOf(`/deliveries/${one.id}`)}>
            {one.bucket}/{visible(one.key)}
          </a>
          <span>
            <Result delivery={one} />
          </span>
          <time dateTime={new Date(one.createdMs).toISOString()}>{showTime(one.createdMs)}</time>
        </li>
      ))}
    </ul>
  );
}

function Health(): JSX.Element {
  const words = useWords();
  const [lines, setLines] = useState<readonly string[]>();
  useEffect(() => {
    const look = (): void => {
      fetch("/health", { signal: AbortSignal.timeout(healthMs) })
        .then(async (answer) => (answer.ok ? [] : (await answer.text()).trim().split("\n")))
        .catch(() => [words.noHealth])
        .then(setLines)
        .catch(() => undefined);
    };
    look();
    const timer = setInterval(look, healthMs);
    return () => clearInterval(timer);
  }, [words]);
  if (lines === undefined) return <p>{words.loading}</p>;
  if (lines.length === 0) return <p class="good">{words.allServe}</p>;
  return (
    <ul class="bad" role="alert">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Endpoints({ endpoints }: { readonly endpoints: readonly EndpointFigures[] }): JSX.Element {
  const words = useWords();
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.endpoint}</th>
            <th scope="col">{words.successRate}</th>
            <th scope="col">{words.charts.byHour}</th>
            {deliveryStates.map((state) => (
              <th scope="col" class="number" key={state}>
                {words.states[state]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {endpoints.map((figures) => (
            <tr key={figures.endpoint}>
              <td>
                <a href={addressOf("/deliveries", { endpoint: figures.endpoint, since: "24h" })}>
                  {figures.endpoint}
                </a>
                <LastFailure figures={figures} />
              </td>
              <td>
                <Share figures={figures} />
              </td>
              <td>
                <SparkBars
                  steps={figures.steps ?? []}
                  label={words.charts.hourly(figures.endpoint)}
                />
              </td>
              {deliveryStates.map((state) => (
                <td class="number" key={state}>
                  {figures[state] === 0 ? (
                    <span class="none">0</span>
                  ) : (
                    <a
                      href={addressOf("/deliveries", {
                        endpoint: figures.endpoint,
                        state,
                        since: "24h",
                      })}
                    >
                      {figures[state].toLocaleString()}
                    </a>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LastFailure({ figures }: { readonly figures: EndpointFigures }): JSX.Element | null {
  const words = useWords();
  const { lastFailure } = figures;
  if (lastFailure === undefined) return null;
  return (
    <small class="last-failure">
      {words.lastFailed}:{" "}
      <a href={addressOf(`/deliveries/${lastFailure.id}`)}>{lastFailure.reason}</a>
    </small>
  );
}

// The share of deliveries with an outcome that the application confirmed.
function Share({ figures }: { readonly figures: EndpointFigures }): JSX.Element {
  const confirmed = figures.delivered + figures.superseded;
  const ended = confirmed + figures.failed + figures.dead;
  if (ended === 0) return <span class="none">–</span>;
  const percent = (confirmed / ended) * 100;
  const shown = percent > 99.9 && percent < 100 ? "99.9" : percent.toFixed(percent === 100 ? 0 : 1);
  return (
    <span class="share">
      <meter
        min={0}
        max={100}
        low={90}
        high={99}
        optimum={100}
        value={percent}
        aria-hidden="true"
      />
      {shown} %
    </span>
  );
}
