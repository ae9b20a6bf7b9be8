import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { digestPixels } from "../../test-support/pixels";
import { filesIn, pythonWith, runPython, sharedData } from "../../test-support/readers";
import { openImage } from "./open";

const pillow = pythonWith("PIL", "numpy");
const tifffile = pythonWith("tifffile", "numpy");
const folder = mkdtempSync(join(tmpdir(), "slicebench-pictures-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What was written: each frame's digest as an array of this type, row by row, colours interleaved. */
interface Written {
  file: string;
  shape: number[];
  sha256: string[];
  spacing: [number, number] | null;
}

const common = `
import hashlib, json, sys, numpy as np
folder = sys.argv[1]
made = []
def note(name, frames, spacing=None):
    frames = [np.ascontiguousarray(f) for f in frames]
    made.append(dict(file=folder + "/" + name, shape=list(frames[0].shape), spacing=spacing,
        sha256=[hashlib.sha256(f.tobytes()).hexdigest() for f in frames]))
y, x = np.mgrid[0:37, 0:53]
deep = ((x * 1234 + y * 777 + x * y * 31) % 65536).astype("u2")
grey = (deep >> 8).astype("u1")
rgb = np.dstack([grey, grey[::-1], 255 - grey])
`;

const byPillow = `${common}
from PIL import Image
def save(name, image, expected, **options):
    image.save(folder + "/" + name, **options); note(name, [expected])
save("grey8.png", Image.fromarray(grey), grey)
save("grey16.png", Image.fromarray(deep), deep)
save("rgb.png", Image.fromarray(rgb), rgb)
save("rgba.png", Image.fromarray(np.dstack([rgb, grey])), rgb)
save("grey-alpha.png", Image.fromarray(np.dstack([grey, grey]), "LA"), grey)
save("one-bit.png", Image.fromarray(grey).convert("1"), np.asarray(Image.fromarray(grey).convert("1")).astype("u1") * 255)
indexed = Image.fromarray((grey >> 4).astype("u1"), "P"); indexed.putpalette([(7 * i + 3) % 256 for i in range(48)])
save("indexed.png", indexed, np.asarray(indexed.convert("RGB")))
for compression in [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"]:
    save(f"grey8-{compression}.tif", Image.fromarray(grey), grey, compression=compression)
    save(f"rgb-{compression}.tif", Image.fromarray(rgb), rgb, compression=compression)
save("grey16.tif", Image.fromarray(deep), deep, compression="tiff_lzw")
save("float.tif", Image.fromarray(deep.astype("f4") * 0.5 - 7000), deep.astype("f4") * 0.5 - 7000)
save("indexed.tif", indexed, np.asarray(indexed.convert("RGB")))
save("fax.tif", Image.fromarray(grey).convert("1"), np.asarray(Image.fromarray(grey).convert("1")).astype("u1") * 255, compression="group4")
pages = [Image.fromarray(deep + np.uint16(i)) for i in range(5)]
pages[0].save(folder + "/stack.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw")
note("stack.tif", [deep + np.uint16(i) for i in range(5)])
Image.fromarray(grey).save(folder + "/printer.tif", dpi=(300, 300)); note("printer.tif", [grey])
Image.fromarray(grey).save(folder + "/ruler.tif", resolution_unit=3, x_resolution=40, y_resolution=20); note("ruler.tif", [grey], [0.5, 0.25])
thumbnail = [Image.fromarray(grey), Image.fromarray(grey[::2, ::2].copy()), Image.fromarray(255 - grey)]
thumbnail[0].save(folder + "/thumbnail.tif", save_all=True, append_images=thumbnail[1:]); note("thumbnail.tif", [grey, 255 - grey])
print(json.dumps(made))`;

const byTifffile = `${common}
import tifffile
def save(name, array, spacing=None, frames=None, **options):
    tifffile.imwrite(folder + "/" + name, array, **options)
    note(name, [array] if frames is None else frames, spacing)
save("int16.tif", (deep.astype("i4") - 30000).astype("i2"))
save("int16-big-endian.tif", (deep.astype("i4") - 30000).astype("i2"), byteorder=">")
save("int16-stack.tif", (np.stack([deep, deep + 1]).astype("i4") - 30000).astype("i2"), photometric="minisblack",
     frames=[(deep.astype("i4") - 30000).astype("i2"), ((deep + 1).astype("i4") - 30000).astype("i2")])
save("int8.tif", (deep >> 8).astype("i1"))
save("uint32.tif", deep.astype("u4") * 65000)
save("int32.tif", deep.astype("i4") * -30000)
save("rgb16.tif", np.dstack([deep, deep + 1, deep + 2]), photometric="rgb")
save("planes.tif", np.stack([deep, deep + 1, deep + 2]), photometric="rgb", planarconfig="separate", frames=[np.dstack([deep, deep + 1, deep + 2])])
save("white-is-zero.tif", 65535 - deep, photometric="miniswhite", frames=[deep])
save("tiles.tif", deep, tile=(16, 16))
save("bigtiff.tif", np.stack([deep, deep + 1]), bigtiff=True, photometric="minisblack", frames=[deep, deep + 1])
save("imagej.tif", np.stack([deep] * 3), imagej=True, resolution=(4, 2), metadata=dict(unit="mm", spacing=2), frames=[deep] * 3, spacing=[0.5, 0.25])
save("ome.tif", np.stack([deep] * 3), ome=True, photometric="minisblack", metadata=dict(axes="ZYX", PhysicalSizeX=250, PhysicalSizeXUnit="µm", PhysicalSizeY=0.5, PhysicalSizeYUnit="mm"), frames=[deep] * 3, spacing=[0.5, 0.25])
print(json.dumps(made))`;

async function readAll(file: string) {
  const image = await openImage(file);
  const frames = await Promise.all(
    Array.from({ length: image.frameCount }, (_, index) => image.readFrame(index)),
  );
  const { rows, columns, samplesPerPixel, pixelSpacing } = image.header;
  return {
    file,
    shape: samplesPerPixel === 3 ? [rows, columns, 3] : [rows, columns],
    sha256: frames.map(({ pixels }) => digestPixels(pixels)),
    spacing: pixelSpacing ?? null,
  };
}

test.skipIf(pillow === undefined)(
  "PNG and TIFF of every kind give the pixels that Pillow wrote",
  async () => {
    const written = runPython(pillow!, byPillow, [folder]) as Written[];
    for (const picture of written) expect(await readAll(picture.file)).toEqual(picture);
  },
);

test.skipIf(tifffile === undefined)(
  "scientific TIFF gives the pixels and the spacing that tifffile wrote",
  async () => {
    const written = runPython(tifffile!, byTifffile, [folder]) as Written[];
    for (const picture of written) expect(await readAll(picture.file)).toEqual(picture);
  },
);

test.skipIf(tifffile === undefined)(
  "TIFF that was cut anywhere is refused, and never shown black",
  async () => {
    // Libvips alone gives zeros for strips and tiles that are not there.
    for (const name of ["int16.tif", "int16-stack.tif", "tiles.tif", "bigtiff.tif", "imagej.tif"]) {
      const whole = readFileSync(join(folder, name));
      for (const share of [0.3, 0.6, 0.9]) {
        const file = join(folder, `cut-${share}-${name}`);
        writeFileSync(file, whole.subarray(0, whole.length * share));
        const reading = openImage(file).then((image) => image.readFrame(image.frameCount - 1));
        await expect(reading, file).rejects.toMatchObject({
          code: expect.stringMatching(/^TIFF_/) as string,
          file,
        });
      }
    }
  },
);

test.skipIf(pillow === undefined)("what is left out of a picture is told", async () => {
  const warningsOf = async (name: string) => (await openImage(join(folder, name))).warnings;
  expect(await warningsOf("rgba.png")).toEqual(["The transparency is not used."]);
  expect(await warningsOf("thumbnail.tif")).toEqual([
    "1 pages of another size or kind (thumbnails, reductions) are left out.",
  ]);
});

test.skipIf(pillow === undefined)("JPEG comes within the rounding of another decoder", async () => {
  const program = `${common}
from PIL import Image
for name, image in [("grey.jpg", Image.fromarray(grey[:, ::-1])), ("colour.jpg", Image.fromarray(rgb))]:
    smooth = image.resize((200, 120), Image.BICUBIC); smooth.save(folder + "/" + name, quality=92)
    made.append(np.asarray(Image.open(folder + "/" + name)).astype(int).ravel().tolist())
print(json.dumps(made))`;
  const decoded = runPython(pillow!, program, [folder]) as number[][];
  for (const [index, name] of ["grey.jpg", "colour.jpg"].entries()) {
    const image = await openImage(join(folder, name));
    expect(image.header).toMatchObject({ rows: 120, columns: 200, lossy: true, bitsStored: 8 });
    const { pixels } = await image.readFrame(0);
    const expected = decoded[index]!;
    expect(pixels.length).toBe(expected.length);
    const largest = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - pixels[at]!)), 0);
    expect(largest).toBeLessThanOrEqual(4);
  }
});

const nuclei = sharedData("nuclei/val/images");

test.skipIf(pillow === undefined || nuclei === undefined)(
  "real microscopy pictures give Pillow's pixels",
  async () => {
    const files = filesIn(nuclei!, ".png").slice(0, 20);
    const program = `
import hashlib, json, sys, numpy as np
from PIL import Image
def digest(path):
    image = Image.open(path)
    array = np.asarray(image.convert("RGB") if image.mode in ("RGBA", "P") else image)
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
print(json.dumps([digest(path) for path in sys.argv[1:]]))`;
    const expected = runPython(pillow!, program, files);
    const read = await Promise.all(files.map(async (file) => (await readAll(file)).sha256[0]));
    expect(read).toEqual(expected);
  },
);

test.skipIf(pillow === undefined)(
  "damaged, empty and foreign files are refused with their name and advice",
  async () => {
    const written = (name: string) => readFileSync(join(folder, name));
    const cut = (name: string, share: number) => written(name).subarray(0, written(name).length * share);
    const huge = Buffer.from(written("grey8.png"));
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    const cases: [name: string, bytes: Uint8Array, code: string][] = [
      ["empty.png", new Uint8Array(0), "FILE_EMPTY"],
      ["letter.png", Buffer.from("Dear colleague,\n"), "FILE_FORMAT_UNKNOWN"],
      ["letter.docx", zipSync({ "[Content_Types].xml": new Uint8Array(9) }), "FILE_FORMAT_UNKNOWN"],
      ["pictures.zip", zipSync({ "one.dcm": new Uint8Array(9) }), "FILE_IS_ARCHIVE"],
      ["cut.png", cut("rgb.png", 0.6), "PICTURE_DAMAGED"],
      ["signature.png", written("rgb.png").subarray(0, 8), "PICTURE_DAMAGED"],
      ["cut.jpg", cut("colour.jpg", 0.5), "PICTURE_DAMAGED"],
      ["cut.tif", cut("stack.tif", 0.02), "TIFF_DAMAGED"],
      ["signature.tif", written("stack.tif").subarray(0, 8), "TIFF_DAMAGED"],
      ["huge.png", huge, "FRAME_TOO_LARGE"],
    ];
    for (const [name, bytes, code] of cases) {
      const file = join(folder, name);
      writeFileSync(file, bytes);
      const reading = openImage(file).then((image) => image.readFrame(0));
      await expect(reading, name).rejects.toMatchObject({ name: "SlicebenchError", code, file });
    }
  },
);

test.skipIf(pillow === undefined)("the content decides what a file is, not its name", async () => {
  const file = join(folder, "really-png.dcm");
  writeFileSync(file, readFileSync(join(folder, "rgb.png")));
  expect(await openImage(file)).toMatchObject({ format: "png", header: { samplesPerPixel: 3 } });
});
