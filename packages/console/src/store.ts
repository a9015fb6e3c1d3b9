// What the page says about the store.

/** The store's region, which signatures name. */
export const region: string = document.documentElement.dataset["region"] ?? "";

/** URL under which clients reach the store. */
export const storeUrl: string = document.documentElement.dataset["store"] ?? "";
