// Admission: how many callbacks may be under way, in all, for due deliveries, and to one endpoint.
import { expect, test } from "vitest";
import { Admission } from "./admission.ts";
import type { DeliveryRecord } from "../../objects/records/delivery-record.ts";

const admissionOf = (maxUnderWay: number): Admission =>
  new Admission({ maxUnderWay, circuitThreshold: 1, monotonic: () => 0 });

const to = (...urls: readonly string[]): DeliveryRecord => ({ urls }) as unknown as DeliveryRecord;

// Keeps callbacks to an endpoint under way until the returned function is called.
function hang(admission: Admission, endpoint: string, count: number): () => void {
  let end: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  for (let begun = 0; begun < count; begun += 1) {
    void admission.during(() =>
      admission.attempt(
        endpoint,
        () => promise,
        () => false,
      ),
    );
  }
  return end;
}

test("at the maximum under way a callback is refused, and its endpoint is named", async () => {
  const admission = admissionOf(4);
  expect(admission.refuseUpload(to("http://a.com/"))).toBeUndefined();
  const end = hang(admission, "http://a.com", 4);
  expect(admission.underWay).toBe(4);
  expect(admission.refuseUpload(to("http://a.com/"))).toMatch(
    /^not sent: 4 callbacks to http:\/\/a\.com\S* are under way, 4 in all/,
  );
  end();
  await expect.poll(() => admission.underWay).toBe(0);
  expect(admission.refuseUpload(to("http://a.com/"))).toBeUndefined();
});

test("due deliveries leave half of the places to uploads", () => {
  const admission = admissionOf(8);
  expect(admission.roomForDue).toBe(4);
  hang(admission, "http://a.com", 3);
  expect(admission.roomForDue).toBe(1);
  hang(admission, "http://b.com", 1);
  expect(admission.roomForDue).toBe(0);
  expect(admission.refuseUpload(to("http://a.com/"))).toBeUndefined();
});

test("a delivery may begin while one of its endpoints has room", () => {
  const admission = admissionOf(8);
  hang(admission, "http://a.com", 2);
  expect(admission.mayBeginDue(to("http://a.com/"))).toBe(false);
  expect(admission.mayBeginDue(to("http://a.com/", "http://b.com/"))).toBe(true);
  expect(admission.refuseAttempt("http://a.com")).toBeUndefined();
  hang(admission, "http://a.com", 3);
  expect(admission.refuseAttempt("http://a.com")).toContain("5 callbacks to http://a.com");
});

test("an endpoint that timed out is not called, and its circuit counts as open", async () => {
  const admission = admissionOf(8);
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  await admission.attempt("http://a.com", nothing, () => true);
  expect(admission.openCircuits).toBe(1);
  expect(admission.refuseAttempt("http://a.com")).toContain("not answered in time");
  expect(admission.mayBeginDue(to("http://a.com/"))).toBe(false);
});
