// Begins a download without leaving the page.

/**
 * Begins the download of an address whose answer is an attachment, in a frame that stays empty.
 * Returns the frame; the download goes on without it. Chromium sends the request of a link with
 * `download` past service workers, and that of a link without it asks whether to leave the page.
 */
export function openDownload(url: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = url;
  document.body.append(frame);
  return frame;
}
