import type { Point, ViewSize } from "../../core/image/view";

/** What lies around the viewport and is drawn with it, as a share of its longer side. */
const marginShare = 0.4;

interface Drawn {
  canvas: OffscreenCanvas;
  margin: number;
  view: ViewSize;
  /** Where the image's centre was, in CSS pixels. */
  centre: Point;
}

/**
 * The layers of a viewport as they were drawn, with a margin, so that panning moves a bitmap in place of stroking
 * thousands of segments for every frame.
 */
export class PanCache {
  private drawn: Drawn | undefined;

  /** What was drawn is no longer right: anything but the pan has changed. */
  clear(): void {
    this.drawn = undefined;
  }

  /**
   * Draws at a pan, from what was drawn at another where that reaches so far.
   * @param centre where the image's centre lies now, in CSS pixels from the viewport's corner
   * @param draw   draws the layers at the pan as it is now, in CSS pixels
   */
  draw(
    context: CanvasRenderingContext2D,
    { view, centre, devicePixelRatio }: { view: ViewSize; centre: Point; devicePixelRatio: number },
    draw: (context: OffscreenCanvasRenderingContext2D) => void,
  ): void {
    const known = this.drawn;
    const reaches =
      known?.view === view &&
      Math.abs(centre.x - known.centre.x) <= known.margin &&
      Math.abs(centre.y - known.centre.y) <= known.margin;
    const drawn = reaches ? known : renderWithMargin(view, centre, { devicePixelRatio, draw });
    this.drawn = drawn;
    if (!drawn) return;
    // Whole pixels of the screen, so that lines are moved and not blurred.
    const snap = (distance: number): number => Math.round(distance * devicePixelRatio) / devicePixelRatio;
    context.drawImage(
      drawn.canvas,
      snap(centre.x - drawn.centre.x) - drawn.margin,
      snap(centre.y - drawn.centre.y) - drawn.margin,
      drawn.canvas.width / devicePixelRatio,
      drawn.canvas.height / devicePixelRatio,
    );
  }
}

function renderWithMargin(
  view: ViewSize,
  centre: Point,
  {
    devicePixelRatio,
    draw,
  }: { devicePixelRatio: number; draw: (context: OffscreenCanvasRenderingContext2D) => void },
): Drawn | undefined {
  const margin = Math.round(Math.max(view.width, view.height) * marginShare);
  const canvas = new OffscreenCanvas(
    Math.ceil((view.width + 2 * margin) * devicePixelRatio),
    Math.ceil((view.height + 2 * margin) * devicePixelRatio),
  );
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.translate(margin, margin);
  draw(context);
  return { canvas, margin, view, centre };
}
