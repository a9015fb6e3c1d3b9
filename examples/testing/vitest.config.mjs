// Selects Vitest's own tests. The other files belong to other test runners.
export default { test: { include: ["vitest.test.mjs", "fixture.test.mjs"] } };
