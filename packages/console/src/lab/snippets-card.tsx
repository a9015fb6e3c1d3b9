// The code that asks for the callback, for each SDK.
import { connect, postForm, presignPutObject } from "@ossicle/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { CopyButton } from "../parts/copy-button.tsx";
import { useSigned } from "../signed.ts";
import { region, storeUrl } from "../store.ts";
import { useLoad } from "../use-load.ts";
import { useWords } from "../words/words.ts";
import { type Composition, type RawParameters, variablesOf } from "./composition.ts";
import { type Signed, snippetFacts, snippets } from "./snippets.ts";

interface SnippetsProps {
  readonly composition: Composition;
  readonly raw: RawParameters;
}

/** How long signed snippets can be used, in seconds. */
const signedSeconds = 3_600;

/** The card. */
export function SnippetsCard({ composition, raw }: SnippetsProps): JSX.Element {
  const words = useWords();
  const [chosen, setChosen] = useState("client");
  const [bucket, setBucket] = useState("examplebucket");
  const [key, setKey] = useState("example.txt");
  const signed = useSignedParts({ bucket, key, raw, composition });
  const facts = snippetFacts({
    endpoint: storeUrl,
    region,
    bucket,
    key,
    raw,
    composition,
    signed,
  });
  const shown = snippets.find(({ id }) => id === chosen) ?? snippets[0];
  const code = shown?.write(facts) ?? "";
  return (
    <section class="card" aria-label={words.lab.code}>
      <h2>{words.lab.code}</h2>
      <div class="filters">
        <label>
          {words.lab.sdk}
          <select value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
            {snippets.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.bucket}
          <input
            value={bucket}
            spellcheck={false}
            onInput={({ currentTarget }) => setBucket(currentTarget.value)}
          />
        </label>
        <label>
          {words.lab.key}
          <input
            value={key}
            spellcheck={false}
            onInput={({ currentTarget }) => setKey(currentTarget.value)}
          />
        </label>
        <CopyButton text={code} />
      </div>
      {shown?.isSigned === true ? <p class="note">{words.lab.signedNote}</p> : null}
      <pre class="snippet" tabIndex={0}>
        {code}
      </pre>
    </section>
  );
}

interface SignedPartsOptions extends SnippetsProps {
  readonly bucket: string;
  readonly key: string;
}

// A presigned URL and the fields of a form, signed with the session's key. Invalid names of buckets
// and keys have none.
function useSignedParts({ bucket, key, raw, composition }: SignedPartsOptions): Signed | undefined {
  const { session } = useSigned();
  const { callback, callbackVar } = raw;
  const { value } = useLoad(JSON.stringify([bucket, key, raw]), async () => {
    const { accessKeyId, accessKeySecret, securityToken } = session;
    const credentials = {
      accessKeyId,
      accessKeySecret,
      ...(securityToken === undefined ? {} : { securityToken }),
    };
    const connection = connect({ endpoint: storeUrl, region, credentials, addressing: "path" });
    const limits = { expiresSeconds: signedSeconds };
    const encoded = { callback, ...(callbackVar !== "" && { callbackVar }) };
    const { url } = await presignPutObject(connection, { bucket, key, callback: encoded }, limits);
    const { url: url_, body, host, sni, isJson } = composition;
    const form = await postForm(connection, {
      bucket,
      key,
      ...limits,
      successActionStatus: "200",
      callback: {
        url: url_,
        body,
        ...(host !== "" && { host }),
        ...(sni && { sni }),
        ...(isJson && { bodyType: "application/json" as const }),
        variables: variablesOf(composition) ?? {},
      },
    });
    return { url, form };
  });
  return value;
}
