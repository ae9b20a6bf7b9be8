import dcmjsCodecs from "dcmjs-codecs";
import { SlicebenchError } from "../../../core/errors";
import { thrownText } from "../../failures";
import type { Codestream } from "./codestream";
import { samplesOfBytes } from "./decoded-samples";
import type { DecodedSamples } from "./decoded-samples";

const { Context, NativeCodecs, log } = dcmjsCodecs;

// Its decoders print what is wrong with a file; the exception says it already.
log.setLevel("silent");

type Decode = "decodeJpeg" | "decodeJpeg2000" | "decodeHtJpeg2000";

let starting: Promise<void> | undefined;

/** The memory of a WebAssembly instance only ever grows: after a frame of so many bytes it is let go. */
const largeFrameBytes = 2 ** 25;

function release(): void {
  NativeCodecs.release();
  starting = undefined;
}

/**
 * Decodes one frame with dcmjs-codecs (IJG JPEG, OpenJPEG, OpenJPH compiled to WebAssembly).
 * Its instance can stay poisoned after a failure, so the next call starts a new one.
 * @throws SlicebenchError CODESTREAM_DAMAGED
 */
export async function decodeNatively(
  decode: Decode,
  data: Uint8Array,
  { codestream, convertToRgb }: { codestream: Codestream; convertToRgb: boolean },
): Promise<DecodedSamples> {
  starting ??= NativeCodecs.initializeAsync();
  await starting;
  const bytesPerSample = codestream.bitsPerSample <= 8 ? 1 : 2;
  const context = new Context({
    width: codestream.columns,
    height: codestream.rows,
    bitsAllocated: bytesPerSample * 8,
    bitsStored: codestream.bitsPerSample,
    samplesPerPixel: codestream.components,
    // OpenJPH clamps negative values to 0 where it is not told of them.
    pixelRepresentation: codestream.isSigned === true ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation:
      codestream.components === 1 ? "MONOCHROME2" : convertToRgb ? "YBR_FULL" : "RGB",
    encodedBuffer: data,
  });
  try {
    const result =
      decode === "decodeJpeg"
        ? NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: convertToRgb })
        : NativeCodecs[decode](context);
    const decoded = result.getDecodedBuffer();
    const expected = codestream.rows * codestream.columns * codestream.components * bytesPerSample;
    if (decoded?.length !== expected) throw new Error(`${decoded?.length ?? 0} bytes instead of ${expected}`);
    const samples = samplesOfBytes(decoded, bytesPerSample);
    if (expected > largeFrameBytes) release();
    return {
      samples,
      planar: result.getPlanarConfiguration() === 1,
      isRgb: result.getPhotometricInterpretation() === "RGB",
    };
  } catch (thrown) {
    release();
    throw new SlicebenchError(
      "CODESTREAM_DAMAGED",
      `The compressed picture cannot be decoded (${thrownText(thrown)}).`,
      { hint: "The file is damaged; export the image again.", cause: thrown },
    );
  }
}
