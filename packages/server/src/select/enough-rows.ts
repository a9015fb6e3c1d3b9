// The signal that ends the reading of an object early.

/** Thrown by the receiver of rows when it needs no more of them. */
export class EnoughRows extends Error {
  override readonly name: string = "EnoughRows";
}
