// A QR code as one path.
import type { JSX } from "preact";
import { encode } from "uqr";

interface QrProps {
  readonly text: string;
  readonly label: string;
}

/** Most bytes of a code (ISO/IEC 18004, version 40 with level L). */
const maxBytes = 2_953;

/** The code; nothing for a text that is too long. */
export function QrCode({ text, label }: QrProps): JSX.Element | null {
  if (new TextEncoder().encode(text).length > maxBytes) return null;
  const { size, data } = encode(text, { ecc: "L", boostEcc: false, border: 4 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} />
      <path d={path} shape-rendering="crispEdges" />
    </svg>
  );
}
