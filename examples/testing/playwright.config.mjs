// Selects Playwright's own test. The other files belong to other test runners.
export default {
  testDir: ".",
  testMatch: "playwright.spec.mjs",
  reporter: "list",
  outputDir: "../../.cache/playwright",
};
