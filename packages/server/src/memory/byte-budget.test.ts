// Byte budgets: their bounds, and which user is evicted.
import { expect, test } from "vitest";
import { ByteBudget, SharedBudget } from "./byte-budget.ts";

test("a budget lends no more bytes than its maximum", () => {
  const budget = new ByteBudget(10);
  expect([budget.take(6), budget.take(5), budget.take(4)]).toEqual([true, false, true]);
  budget.give(6);
  expect([budget.used, budget.take(6)]).toEqual([4, true]);
});

test("a shared budget that is used up evicts the user that holds most", () => {
  const budget = new SharedBudget(100);
  const evicted: string[] = [];
  const small = budget.open(() => evicted.push("small"));
  const large = budget.open(() => evicted.push("large"));
  const late = budget.open(() => evicted.push("late"));
  small.hold(10);
  large.hold(80);
  late.hold(20);
  expect(evicted).toEqual(["large"]);
  expect(budget.used).toBe(30);
  large.release();
  small.release();
  late.release();
  expect(budget.used).toBe(0);
});

test("a user that alone exceeds the budget is evicted", () => {
  const budget = new SharedBudget(100);
  let evicted = 0;
  const only = budget.open(() => {
    evicted += 1;
  });
  only.hold(101);
  expect([evicted, budget.used]).toEqual([1, 0]);
});
