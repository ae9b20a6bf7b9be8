/** Far more than the 256 KiB that this side announces as its largest (PS3.8 D.1). */
const largestPdu = 2 ** 22;
/** Type, a reserved byte, and the length of what follows, big-endian (PS3.8 9.3.1). */
const headBytes = 6;

/** Follows the heads of PDUs in a stream: a length that lies is noticed before anybody waits for so many bytes. */
export class PduLengths {
  readonly #head = Buffer.alloc(headBytes);
  #headFilled = 0;
  #left = 0;

  /** @returns false where a PDU is larger than any may be */
  accept(bytes: Buffer): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      this.#head[this.#headFilled++] = bytes[at++]!;
      if (this.#headFilled < headBytes) continue;
      this.#headFilled = 0;
      this.#left = this.#head.readUInt32BE(2);
      if (this.#left > largestPdu) return false;
    }
    return true;
  }
}
