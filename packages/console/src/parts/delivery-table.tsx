// Deliveries as a table, of which those that may be sent again can be selected.
import type { JSX } from "preact";
import type { Delivery } from "../ask.ts";
import { addressOf } from "../place.ts";
import { useTimes, useWords } from "../words/words.ts";
import { mayReplay } from "./replay.ts";
import { Result } from "./result.tsx";
import { visible } from "./visible.ts";
import { State } from "./state.tsx";

interface TableProps {
  readonly deliveries: readonly Delivery[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
}

/** The table. */
export function DeliveryTable({ deliveries, selected, onSelect }: TableProps): JSX.Element {
  const words = useWords();
  const possible = deliveries.filter(mayReplay).map(({ id }) => id);
  const choose = (id: string, isChosen: boolean): void => {
    const others = [...selected].filter((one) => one !== id);
    onSelect(new Set(isChosen ? [...others, id] : others));
  };
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label={words.selectAll}
                disabled={possible.length === 0}
                checked={possible.length > 0 && selected.size === possible.length}
                onChange={({ currentTarget }) =>
                  onSelect(new Set(currentTarget.checked ? possible : []))
                }
              />
            </th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.object}</th>
            <th scope="col">{words.result}</th>
            <th scope="col">{words.endpoint}</th>
            <th scope="col">{words.uploaded}</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((one) => (
            <DeliveryRow
              key={one.id}
              delivery={one}
              isSelected={selected.has(one.id)}
              onSelect={(isChosen) => choose(one.id, isChosen)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly delivery: Delivery;
  readonly isSelected: boolean;
  readonly onSelect: (isSelected: boolean) => void;
}

function DeliveryRow({ delivery, isSelected, onSelect }: RowProps): JSX.Element {
  const words = useWords();
  const showTime = useTimes();
  const { id, createdMs, state, bucket, key } = delivery;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={words.select(id)}
          disabled={!mayReplay(delivery)}
          checked={isSelected}
          onChange={({ currentTarget }) => onSelect(currentTarget.checked)}
        />
      </td>
      <td>
        <State state={state} />
      </td>
      <td class="object">
        <a href={addressOf(`/deliveries/${id}`)}>
          {bucket}/{visible(key)}
        </a>
      </td>
      <td class="result">
        <Result delivery={delivery} />
      </td>
      <td class="endpoint">{endpointOf(delivery)}</td>
      <td class="time">{showTime(createdMs)}</td>
    </tr>
  );
}

function endpointOf({ urls: [first = ""] }: Delivery): string {
  return URL.canParse(first) ? new URL(first).host : first;
}
