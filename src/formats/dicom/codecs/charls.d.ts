/** The part of CharLS's WebAssembly build that is used; the package brings no types. */
declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  export interface JpegLsDecoder {
    /** Memory for the encoded bytes, within the instance. */
    getEncodedBuffer(length: number): Uint8Array;
    decode(): void;
    /** The samples, within the instance: copy them before `delete`. */
    getDecodedBuffer(): Uint8Array;
    /** 0: one plane after the other; 1: by line; 2: by sample. */
    getInterleaveMode(): number;
    delete(): void;
  }
  export interface CharLs {
    JpegLSDecoder: new () => JpegLsDecoder;
  }
  export default function startCharLs(options?: {
    locateFile?: (name: string) => string;
    print?: (text: string) => void;
    printErr?: (text: string) => void;
  }): Promise<CharLs>;
}
