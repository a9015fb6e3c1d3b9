// The other runners' files are not Vitest's.
export default { test: { include: ["vitest.test.mjs"] } };
