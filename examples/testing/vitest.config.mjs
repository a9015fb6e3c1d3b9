// Selects Vitest's own test. The other files belong to other test runners.
export default { test: { include: ["vitest.test.mjs"] } };
