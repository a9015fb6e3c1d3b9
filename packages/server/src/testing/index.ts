// @ossicle/server/testing: stores inside the tests of an application.
export {
  type SentCallback,
  startStore,
  type StartStoreOptions,
  type TestStore,
} from "./start-store.ts";
export { storeFixture } from "./store-fixture.ts";
