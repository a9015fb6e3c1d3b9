// A store as a fixture of a test runner.
import { startStore, type TestStore } from "./start-store.ts";

/**
 * A fixture for Vitest and for Playwright: the store of a test that asks for it. With
 * `[storeFixture, { scope: "worker" }]`, the tests of a worker share one.
 *
 * @example
 * const test = base.extend({ store: storeFixture });
 */
export async function storeFixture(
  // Both runners read this parameter's text, and accept only a destructuring pattern.
  // oxlint-disable-next-line no-empty-pattern
  {}: object,
  use: (store: TestStore) => Promise<void>,
): Promise<void> {
  const store = await startStore();
  try {
    await use(store);
  } finally {
    await store.close();
  }
}
