import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { digestPixels } from "../../../test-support/pixels";
import { pythonWith, runPython } from "../../../test-support/readers";
import { displayValues, modalityValues } from "../../core/image/voi";
import { openImage } from "../open";

const pydicom = pythonWith("pydicom", "numpy");
const gdcm = pythonWith("pydicom", "numpy", "gdcm");
const pillow = pythonWith("pydicom", "numpy", "PIL", "gdcm");
const folder = mkdtempSync(join(tmpdir(), "slicebench-dicom-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What was written: each frame's digest, row by row, colour interleaved, as wide and signed as stored. */
interface Written {
  file: string;
  frames: string[];
  signed: boolean;
  bitsStored: number;
}

const common = `
import hashlib, json, sys, zlib, numpy as np, pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import generate_uid
folder = sys.argv[1]
made = []
y, x = np.mgrid[0:41, 0:57]
ramp = (x * 1234 + y * 777 + x * y * 31) % 65536
def dataset(frames, syntax="1.2.840.10008.1.2.1", photometric="MONOCHROME2", stored=None, high=None, planar=None, allocated=None, **more):
    first = frames[0]
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"; meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = syntax
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\\0" * 128)
    ds.SOPClassUID = meta.MediaStorageSOPClassUID; ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.PatientName = "Test^Encoding"; ds.SeriesInstanceUID = generate_uid(); ds.StudyInstanceUID = generate_uid(); ds.Modality = "OT"
    ds.Rows, ds.Columns = first.shape[:2]
    ds.SamplesPerPixel = 3 if first.ndim == 3 else 1
    ds.PhotometricInterpretation = photometric
    if ds.SamplesPerPixel == 3: ds.PlanarConfiguration = planar or 0
    ds.BitsAllocated = allocated or first.dtype.itemsize * 8
    ds.BitsStored = stored or ds.BitsAllocated
    ds.HighBit = (ds.BitsStored if high is None else high + 1) - 1
    ds.PixelRepresentation = 1 if first.dtype.kind == "i" else 0
    if len(frames) > 1: ds.NumberOfFrames = len(frames)
    for key, value in more.items(): setattr(ds, key, value)
    ds.is_little_endian, ds.is_implicit_VR = syntax != "1.2.840.10008.1.2.2", syntax == "1.2.840.10008.1.2"
    return ds
def note(name, frames, ds):
    made.append(dict(file=folder + "/" + name, signed=bool(ds.PixelRepresentation), bitsStored=int(ds.BitsStored),
        frames=[hashlib.sha256(np.ascontiguousarray(f).tobytes()).hexdigest() for f in frames]))
def native(name, frames, written=None, **options):
    ds = dataset(frames, **options)
    raw = frames if written is None else written
    if ds.SamplesPerPixel == 3 and ds.PlanarConfiguration == 1: raw = [f.transpose(2, 0, 1) for f in raw]
    data = b"".join(np.ascontiguousarray(f if ds.is_little_endian else f.byteswap()).tobytes() for f in raw)
    ds.PixelData = data + b"\\0" * (len(data) % 2)
    ds["PixelData"].VR = "OB" if ds.BitsAllocated <= 8 and ds.is_little_endian and not ds.is_implicit_VR else "OW"
    if ds["PixelData"].VR == "OW" and not ds.is_little_endian and ds.BitsAllocated == 8:
        ds.PixelData = np.frombuffer(ds.PixelData, "u2").byteswap().tobytes()
    ds.save_as(folder + "/" + name, write_like_original=False)
    note(name, frames, ds)
    return ds
u8 = (ramp >> 8).astype("u1"); u12 = (ramp >> 4).astype("u2"); u16 = ramp.astype("u2")
s16 = (ramp - 32768).astype("i2"); s12 = ((ramp >> 4) - 2048).astype("i2")
rgb = np.dstack([u8, u8[::-1], 255 - u8])
grey = dict(u8=[u8], u12=[u12], u16=[u16], s16=[s16], s12=[s12], stack=[u12, u12[::-1], 4095 - u12])
def bits(name): return 12 if name in ("u12", "s12", "stack") else None
`;

const byPydicom = `${common}
for syntax, short in [("1.2.840.10008.1.2", "implicit"), ("1.2.840.10008.1.2.1", "explicit"), ("1.2.840.10008.1.2.2", "big"), ("1.2.840.10008.1.2.1.99", "deflated")]:
    for name, frames in grey.items(): native(f"{short}-{name}.dcm", frames, syntax=syntax, stored=bits(name))
    native(f"{short}-inverted.dcm", [u12], syntax=syntax, stored=12, photometric="MONOCHROME1")
    native(f"{short}-rgb.dcm", [rgb, rgb[::-1]], syntax=syntax, photometric="RGB")
    native(f"{short}-rgb-planes.dcm", [rgb, rgb[::-1]], syntax=syntax, photometric="RGB", planar=1)
native("u32.dcm", [(ramp * 65000).astype("u4")])
native("s32.dcm", [(ramp * -30000).astype("i4")])
# Overlays once lay in the bits above High Bit.
native("overlay-bits.dcm", [u12], written=[u12 | 0xa000], stored=12)
native("overlay-bits-signed.dcm", [s12], written=[(s12.view("u2") & 0x0fff) | 0x5000], stored=12)
bitmap = [(u8 > 99).astype("u1"), (u8 > 150).astype("u1"), (u8 > 30).astype("u1")]
ds = dataset(bitmap, allocated=1, stored=1)
ds.PixelData = np.packbits(np.stack(bitmap).ravel(), bitorder="little").tobytes(); ds.PixelData += b"\\0" * (len(ds.PixelData) % 2)
ds["PixelData"].VR = "OB"; ds.save_as(folder + "/bitmap.dcm", write_like_original=False); note("bitmap.dcm", bitmap, ds)
from pydicom.encaps import encapsulate
for name, frames in grey.items():
    ds = dataset(frames, stored=bits(name)); ds.PixelData = b"".join(f.tobytes() for f in frames); ds["PixelData"].VR = "OW"
    ds.compress(pydicom.uid.RLELossless, np.stack(frames) if len(frames) > 1 else frames[0], encoding_plugin="pydicom")
    ds.save_as(folder + f"/rle-{name}.dcm"); note(f"rle-{name}.dcm", frames, ds)
ds = dataset([rgb], photometric="RGB"); ds.PixelData = rgb.tobytes(); ds["PixelData"].VR = "OB"
ds.compress(pydicom.uid.RLELossless, rgb, encoding_plugin="pydicom"); ds.save_as(folder + "/rle-rgb.dcm"); note("rle-rgb.dcm", [rgb], ds)
print(json.dumps(made))`;

test.skipIf(pydicom === undefined)(
  "every native encoding, and RLE, gives the values that were stored",
  async () => {
    const written = runPython(pydicom!, byPydicom, [folder]) as Written[];
    expect(written.length).toBeGreaterThan(40);
    for (const expected of written) expect(await describe(expected.file)).toEqual(expected);
  },
);

async function describe(file: string): Promise<Written> {
  const image = await openImage(file);
  const frames: string[] = [];
  for (let index = 0; index < image.frameCount; index++) {
    frames.push(digestPixels((await image.readFrame(index)).pixels));
  }
  return { file, frames, signed: image.header.signed, bitsStored: image.header.bitsStored };
}

const byGdcm = `${common}
import gdcm
kinds = {"jpeg-lossless": gdcm.TransferSyntax.JPEGLosslessProcess14_1, "jpeg-ls": gdcm.TransferSyntax.JPEGLSLossless,
         "jpeg-2000": gdcm.TransferSyntax.JPEG2000Lossless}
sources = {name: (frames, dict(stored=bits(name))) for name, frames in grey.items()}
sources["rgb"] = ([rgb], dict(photometric="RGB"))
for name, (frames, options) in sources.items():
    native(name + "-source.dcm", frames, **options)
    made.pop()
    for kind, syntax in kinds.items():
        reader = gdcm.ImageReader(); reader.SetFileName(folder + "/" + name + "-source.dcm"); assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax(); change.SetTransferSyntax(gdcm.TransferSyntax(syntax)); change.SetInput(reader.GetImage()); assert change.Change(), (name, kind)
        writer = gdcm.ImageWriter(); path = folder + f"/{kind}-{name}-gdcm.dcm"
        writer.SetFileName(path); writer.SetFile(reader.GetFile()); writer.SetImage(change.GetOutput()); assert writer.Write()
        note(f"{kind}-{name}-gdcm.dcm", frames, dataset(frames, **options))
print(json.dumps(made))`;

test.skipIf(gdcm === undefined)("lossless pictures that GDCM compressed come back as they were", async () => {
  const written = runPython(gdcm!, byGdcm, [folder]) as Written[];
  for (const expected of written) expect(await describe(expected.file)).toEqual(expected);
});

const byPillow = `${common}
import io
from PIL import Image
from pydicom.encaps import encapsulate
smooth = np.asarray(Image.fromarray(u8[:, ::-1]).resize((160, 96), Image.BICUBIC))
colour = np.dstack([smooth, smooth[::-1], 255 - smooth])
def jpeg(array, **options):
    stream = io.BytesIO(); Image.fromarray(array).save(stream, "JPEG", quality=93, **options); return stream.getvalue()
for name, frames, photometric, options in [("grey", [smooth, 255 - smooth], "MONOCHROME2", {}),
        ("ybr", [colour], "YBR_FULL_422", dict(subsampling=1)), ("ybr-full", [colour], "YBR_FULL", dict(subsampling=0))]:
    ds = dataset(frames, syntax="1.2.840.10008.1.2.4.50", photometric=photometric)
    ds.PixelData = encapsulate([jpeg(f, **options) for f in frames]); ds["PixelData"].VR = "OB"; ds["PixelData"].is_undefined_length = True
    path = folder + "/baseline-" + name + ".dcm"; ds.save_as(path, write_like_original=False)
    decoded = np.asarray(Image.open(io.BytesIO(jpeg(frames[-1], **options)))).astype(int)
    made.append(dict(file=path, last=decoded.ravel().tolist()))
print(json.dumps(made))`;

test.skipIf(pillow === undefined)(
  "JPEG baseline comes within the rounding of another decoder, colours as RGB",
  async () => {
    const written = runPython(pillow!, byPillow, [folder]) as { file: string; last: number[] }[];
    for (const { file, last } of written) {
      const image = await openImage(file);
      const { pixels } = await image.readFrame(image.frameCount - 1);
      expect(pixels.length).toBe(last.length);
      const errors = last.map((value, index) => Math.abs(value - pixels[index]!)).sort((a, b) => a - b);
      expect([file, errors[Math.floor(errors.length * 0.99)]! <= 3]).toEqual([file, true]);
    }
  },
);

const byMeaning = `${common}
from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi_lut, apply_color_lut
def lut(first, count, bits, entries, **more):
    item = Dataset(); item.LUTDescriptor = [count, first, bits]; item.LUTData = entries; item["LUTDescriptor"].VR = "US" if first >= 0 else "SS"; item["LUTData"].VR = "US"
    for key, value in more.items(): setattr(item, key, value)
    return pydicom.sequence.Sequence([item])
curve = [int(v) for v in np.sqrt(np.arange(4096)) * 1000]
cases = {
    "rescale": ([s12], dict(stored=12, RescaleSlope="0.5", RescaleIntercept="-1024", WindowCenter="-700", WindowWidth="900")),
    "linear": ([u12], dict(stored=12, WindowCenter="1800.5", WindowWidth="1501")),
    "exact": ([u12], dict(stored=12, WindowCenter="1800", WindowWidth="1501", VOILUTFunction="LINEAR_EXACT")),
    "sigmoid": ([u12], dict(stored=12, WindowCenter="2000", WindowWidth="700", VOILUTFunction="SIGMOID")),
    "modality-table": ([u12], dict(stored=12, ModalityLUTSequence=lut(0, 4096, 16, curve, ModalityLUTType="OD"), WindowCenter="30000", WindowWidth="60000")),
    "voi-table": ([u12], dict(stored=12, VOILUTSequence=lut(100, 3000, 16, curve[:3000]))),
}
for name, (frames, options) in cases.items():
    native("meaning-" + name + ".dcm", frames, **options)
    ds = pydicom.dcmread(folder + "/meaning-" + name + ".dcm")
    values = apply_modality_lut(ds.pixel_array, ds).astype(float)
    shown = apply_voi_lut(apply_modality_lut(ds.pixel_array, ds), ds).astype(float)
    # pydicom scales to the range of the values, or of the table.
    table = ds.get("VOILUTSequence"); slope = float(ds.get("RescaleSlope", 1)); intercept = float(ds.get("RescaleIntercept", 0))
    low, high = (0, 2 ** 16 - 1) if table or "ModalityLUTSequence" in ds else ((-2048 * slope + intercept, 2047 * slope + intercept) if ds.PixelRepresentation else (0, 4095))
    made[-1] = dict(file=made[-1]["file"], values=values.ravel().tolist(), shown=((shown - low) / (high - low) * 255).ravel().tolist())
print(json.dumps(made))`;

test.skipIf(pydicom === undefined)(
  "values and grey levels are those of pydicom's LUT functions",
  async () => {
    const written = runPython(pydicom!, byMeaning, [folder]) as {
      file: string;
      values: number[];
      shown: number[];
    }[];
    for (const { file, values, shown } of written) {
      const frame = await (await openImage(file)).readFrame(0);
      expect([file, ...modalityValues(frame)]).toEqual([file, ...values]);
      const display = displayValues(frame);
      const largest = shown.reduce(
        (most, value, index) => Math.max(most, Math.abs(value - display[index]!)),
        0,
      );
      // Rounded to whole grey levels here.
      expect([file, largest < 0.52]).toEqual([file, true]);
    }
  },
);

const byPalette = `${common}
from pydicom.pixel_data_handlers.util import apply_color_lut
def palette(ds, count, first, bits, tables):
    for name, table in zip(["Red", "Green", "Blue"], tables):
        setattr(ds, name + "PaletteColorLookupTableDescriptor", [count, first, bits]); ds[name + "PaletteColorLookupTableDescriptor"].VR = "US"
        setattr(ds, name + "PaletteColorLookupTableData", np.array(table, "u1" if bits == 8 else "u2").tobytes())
for bits, frame in [(8, u8), (16, u8), (16, u12)]:
    count = int(frame.max()) + 1 + (int(frame.max()) + 1) % 2
    ds = dataset([frame], photometric="PALETTE COLOR", stored=12 if frame is u12 else 8)
    base = (np.arange(count) * 37) % (2 ** bits)
    palette(ds, count, 0, bits, [base, base[::-1], (base * 3) % (2 ** bits)])
    ds.PixelData = frame.tobytes() + b"\\0" * (frame.nbytes % 2); ds["PixelData"].VR = "OW"
    path = f"{folder}/palette-{bits}-{ds.BitsStored}.dcm"; ds.save_as(path, write_like_original=False)
    ds = pydicom.dcmread(path)
    colours = apply_color_lut(ds.pixel_array, ds)
    note(path.split("/")[-1], [frame], ds)
    made[-1]["colours"] = (colours >> (8 if bits == 16 else 0)).ravel().tolist()
print(json.dumps(made))`;

test.skipIf(pydicom === undefined)("a palette stays indices, and its colours are pydicom's", async () => {
  const written = runPython(pydicom!, byPalette, [folder]) as (Written & { colours: number[] })[];
  for (const { colours, ...expected } of written) {
    expect(await describe(expected.file)).toEqual(expected);
    const { pixels, meaning } = await (await openImage(expected.file)).readFrame(0);
    const { palette } = meaning;
    const shown = [...pixels].flatMap((index) => {
      const entry = index - palette!.firstValue;
      return [palette!.red[entry], palette!.green[entry], palette!.blue[entry]];
    });
    expect([expected.file, ...shown]).toEqual([expected.file, ...colours]);
  }
});

test.skipIf(pydicom === undefined)("pixel padding is told in signed values, and shown black", async () => {
  const program = `${common}
padded = s12.copy(); padded[:10] = -2000
ds = native("padding.dcm", [padded], stored=12, WindowCenter="-1900", WindowWidth="400")
ds = pydicom.dcmread(folder + "/padding.dcm")
ds.add_new(0x00280120, "SS", -2000); ds.add_new(0x00280121, "SS", -1990); ds.save_as(folder + "/padding.dcm")
print("[]")`;
  runPython(pydicom!, program, [folder]);
  const frame = await (await openImage(join(folder, "padding.dcm"))).readFrame(0);
  expect(frame.meaning.padding).toEqual({ low: -2000, high: -1990 });
  expect([...displayValues(frame).subarray(0, frame.columns * 10)].every((value) => value === 0)).toBe(true);
});
