// The code under test: an uploader that requests a callback, and uses only the application's answer
// as a confirmation.

/**
 * Stores a picture. Returns the application's answer; undefined when the picture is stored but not
 * confirmed.
 */
export async function saveAvatar(client, { user, picture }) {
  const callback = {
    url: "http://127.0.0.1:8080/avatar-saved",
    body: "user=${x:user}&etag=${etag}",
    variables: { "x:user": user },
  };
  try {
    const request = { bucket: "avatars", key: `${user}.png`, body: picture, callback };
    const result = await client.putObject(request);
    return result.callback.json();
  } catch (error) {
    if (error.code === "CallbackFailed") return undefined;
    throw error;
  }
}
