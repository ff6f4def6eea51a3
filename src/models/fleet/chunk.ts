/** The same bytes in several ways. */
export class Chunk {
  readonly bytes: Uint8Array;
  readonly floats: Float64Array;
  readonly indices: Int32Array;
  readonly words: Uint32Array;
  readonly singles: Float32Array;
  readonly shorts: Uint16Array;

  constructor(length: number) {
    const buffer = new ArrayBuffer(length);
    this.bytes = new Uint8Array(buffer);
    this.floats = new Float64Array(buffer);
    this.indices = new Int32Array(buffer);
    this.words = new Uint32Array(buffer);
    this.singles = new Float32Array(buffer);
    this.shorts = new Uint16Array(buffer);
  }

  /** As numbers of so many bytes. */
  inUnits(bytes: number): Float64Array | Float32Array | Uint16Array {
    return bytes === 4 ? this.singles : bytes === 2 ? this.shorts : this.floats;
  }
}
