import type { PixelRectangle } from "../../core/mask/rectangle";

/** A picture at the image's own resolution, ready to be drawn at any zoom. */
export interface Raster {
  canvas: OffscreenCanvas;
  /** RGBA, little-endian; the memory of `image`. */
  pixels: Uint32Array;
  columns: number;
  rows: number;
  /** Grows with every repaint, for what is derived from the pixels. */
  version: number;
}

interface Entry extends Raster {
  source: object;
  variant: string;
  context: OffscreenCanvasRenderingContext2D;
  image: ImageData;
  holders: Set<string>;
}

export interface RasterRequest {
  /** Who draws it: holds one raster at a time, and lets the last one go by asking for the next. */
  holder: string;
  /** What is painted (a frame, a label map), by identity. */
  source: object;
  /** How it is painted; the same source and variant are painted once, whoever asks. */
  variant: string;
  columns: number;
  rows: number;
  paint: (pixels: Uint32Array) => void;
}

/** So many rasters are kept for reuse after their last holder let them go: a drag alternates between two. */
const spares = 2;

/**
 * Rasters shared between viewports. Four linked viewports that show the same slice paint it once a window change,
 * and a drag over a large image allocates nothing: its canvases are used again and again.
 */
export class RasterPool {
  private entries: Entry[] = [];

  acquire(request: RasterRequest): Raster {
    const { holder, source, variant } = request;
    const current = this.entries.find((entry) => entry.source === source && entry.variant === variant);
    for (const entry of this.entries) if (entry !== current) entry.holders.delete(holder);
    if (current) {
      current.holders.add(holder);
      return current;
    }
    const entry = this.recycle(request) ?? this.create(request);
    entry.source = source;
    entry.variant = variant;
    entry.holders.add(holder);
    entry.version++;
    request.paint(entry.pixels);
    entry.context.putImageData(entry.image, 0, 0);
    this.trim();
    return entry;
  }

  release(holder: string): void {
    for (const entry of this.entries) entry.holders.delete(holder);
    this.trim();
  }

  /** Paints part of a source again wherever it is held: `paint` writes the whole width of the rows it touches. */
  repaint(
    source: object,
    rectangle: PixelRectangle,
    paint: (pixels: Uint32Array, variant: string) => void,
  ): void {
    for (const entry of this.entries) {
      if (entry.source !== source) continue;
      paint(entry.pixels, entry.variant);
      const { column, row, columns, rows } = rectangle;
      entry.context.putImageData(entry.image, 0, 0, column, row, columns, rows);
      entry.version++;
    }
  }

  /**
   * A source goes on under another identity, with what was repainted of it: so all that is derived from it and kept
   * by its identity is made anew, and its own pixels are not.
   */
  rename(source: object, renamed: object): void {
    for (const entry of this.entries) {
      // What nobody held was not repainted in every colouring that it may have.
      if (entry.source === source && entry.holders.size > 0) entry.source = renamed;
    }
  }

  private recycle({ columns, rows }: RasterRequest): Entry | undefined {
    return this.entries.find(
      (entry) => entry.holders.size === 0 && entry.columns === columns && entry.rows === rows,
    );
  }

  private create({ source, variant, columns, rows }: RasterRequest): Entry {
    const canvas = new OffscreenCanvas(columns, rows);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("The browser gives no canvas.");
    const image = context.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    const entry: Entry = {
      canvas,
      context,
      image,
      pixels,
      columns,
      rows,
      version: 0,
      source,
      variant,
      holders: new Set(),
    };
    this.entries.push(entry);
    return entry;
  }

  private trim(): void {
    const free = this.entries.filter((entry) => entry.holders.size === 0);
    const dropped = new Set(free.slice(0, Math.max(0, free.length - spares)));
    if (dropped.size > 0) this.entries = this.entries.filter((entry) => !dropped.has(entry));
  }
}
