// GetBucketWebsite: the document as it was sent.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns the document, without elements that were not sent", async () => {
  expect(await get("?website")).toMatchObject({
    status: 404,
    code: "NoSuchWebsiteConfiguration",
  });
  const sent =
    "<IndexDocument><Suffix>index+中.html</Suffix><SupportSubDir>true</SupportSubDir>" +
    "<Type>0</Type></IndexDocument><ErrorDocument><Key>e.html</Key><HttpStatus>404</HttpStatus>" +
    "</ErrorDocument>";
  await put("?website", `<WebsiteConfiguration>${sent}</WebsiteConfiguration>`);
  const { body } = await get("?website");
  expect(body).toContain(`<WebsiteConfiguration>${sent}</WebsiteConfiguration>`);
});

test("a redirect without a type is External", async () => {
  const rule =
    "<RoutingRules><RoutingRule><RuleNumber>1</RuleNumber>" +
    "<Condition><KeyPrefixEquals>a</KeyPrefixEquals></Condition>" +
    "<Redirect><HostName>h</HostName></Redirect></RoutingRule></RoutingRules>";
  await put("?website", `<WebsiteConfiguration>${rule}</WebsiteConfiguration>`);
  const { body } = await get("?website");
  expect(body).toContain("<RedirectType>External</RedirectType><HostName>h</HostName></Redirect>");
});
