// Circuits: what opens one, how long, and what closes it.
import { beforeEach, expect, test } from "vitest";
import { Circuits } from "./circuits.ts";

const endpoint = "http://a.com";
let nowMs: number;
let circuits: Circuits;

beforeEach(() => {
  nowMs = 0;
  circuits = new Circuits(3, () => nowMs);
});

const timeouts = (count: number): void => {
  for (let at = 0; at < count; at += 1) circuits.heard(endpoint, true);
};
const probe = (wasTimeout: boolean): void => {
  circuits.begin(endpoint);
  circuits.heard(endpoint, wasTimeout);
};

test("consecutive timeouts up to the threshold open the circuit of that endpoint only", () => {
  timeouts(2);
  expect(circuits.admits(endpoint)).toBe(true);
  timeouts(1);
  expect(circuits.admits(endpoint)).toBe(false);
  expect(circuits.admits("http://b.com")).toBe(true);
  expect(circuits.open).toBe(1);
  expect(circuits.reason(endpoint)).toContain("the last 3 callbacks to http://a.com");
});

test("an answer in between, good or bad, resets the count of timeouts", () => {
  timeouts(2);
  circuits.heard(endpoint, false);
  timeouts(2);
  expect(circuits.admits(endpoint)).toBe(true);
});

test("an open circuit admits one probe after its time, and an answer closes it", () => {
  timeouts(3);
  nowMs = 5_000;
  expect(circuits.admits(endpoint)).toBe(true);
  circuits.begin(endpoint);
  expect(circuits.admits(endpoint)).toBe(false);
  circuits.heard(endpoint, false);
  expect([circuits.admits(endpoint), circuits.open]).toEqual([true, 0]);
});

test("each failed probe keeps the circuit open twice as long, up to a minute", () => {
  timeouts(3);
  for (const openMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    nowMs += openMs - 1;
    expect(circuits.admits(endpoint)).toBe(false);
    nowMs += 1;
    expect(circuits.admits(endpoint)).toBe(true);
    probe(true);
  }
});

test("timeouts of callbacks begun before the circuit opened do not keep it open longer", () => {
  timeouts(3);
  nowMs = 4_000;
  timeouts(5);
  nowMs = 5_000;
  expect(circuits.admits(endpoint)).toBe(true);
});

test("a threshold of 0 opens no circuit", () => {
  circuits = new Circuits(0, () => nowMs);
  timeouts(100);
  expect(circuits.admits(endpoint)).toBe(true);
});

test("a circuit opens although more endpoints timed out than are kept", () => {
  for (let at = 0; at < 10_050; at += 1) circuits.heard(`http://host-${at}`, true);
  timeouts(3);
  expect(circuits.open).toBe(1);
});
