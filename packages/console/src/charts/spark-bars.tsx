// A small chart of confirmed and failed deliveries, one bar a step.
import type { JSX } from "preact";

/** Counts of one step. */
export interface SparkStep {
  readonly confirmed: number;
  readonly failed: number;
}

interface SparkProps {
  readonly steps: readonly SparkStep[];
  readonly label: string;
}

const stepWidth = 6;
const height = 24;

/** The chart. Failures stand on top of what was confirmed. */
export function SparkBars({ steps, label }: SparkProps): JSX.Element {
  const most = Math.max(1, ...steps.map(({ confirmed, failed }) => confirmed + failed));
  const tall = (count: number): number => (count === 0 ? 0 : Math.max(1, (count / most) * height));
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${steps.length * stepWidth} ${height}`}
      role="img"
      aria-label={label}
    >
      {steps.map(({ confirmed, failed }, at) => {
        const [good, bad] = [tall(confirmed), tall(failed)];
        const x = at * stepWidth;
        return (
          <g key={at}>
            <rect class="good" x={x} y={height - good} width={stepWidth - 1} height={good} />
            <rect class="bad" x={x} y={height - good - bad} width={stepWidth - 1} height={bad} />
          </g>
        );
      })}
    </svg>
  );
}
