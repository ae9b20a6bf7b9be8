/**
 * How an image lies on the screen. Four coordinate systems meet here:
 *
 * - image: column and row, continuous; the first pixel covers 0 to 1, its centre is (0.5, 0.5);
 * - display: the image's centre is the origin, one unit is the smaller pixel spacing, so that pixels which are
 *   not square come out right;
 * - turned: display after flip and rotation, x right and y down as on the screen;
 * - screen: CSS pixels from the viewport's top left corner.
 */

/** What a camera looks at: the matrix and, where known, the distance between rows and between columns. */
export interface ImageShape extends PixelShape {
  rows: number;
  columns: number;
}

/** How high and wide a pixel is: in millimetres, else only against each other. */
export interface PixelShape {
  spacingMm?: readonly [row: number, column: number];
  /** Read where there is no spacing; it has no unit. */
  pixelAspect?: readonly [row: number, column: number];
}

/** A viewport's extent in CSS pixels. */
export interface ViewSize {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Clockwise, in degrees. */
export type QuarterTurn = 0 | 90 | 180 | 270;

/** A part of an image, in image coordinates. */
export interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Camera {
  /** While true the image, or its region, fills the viewport whatever its size; `zoom` and the pan are then not read. */
  fitted: boolean;
  /** What is fitted, where it is not the whole image. */
  region?: Region;
  /** CSS pixels per display unit (per image pixel, where pixels are square). */
  zoom: number;
  /** Where the image's centre lies from the viewport's centre, right and down on the screen, in display units. */
  panX: number;
  panY: number;
  rotation: QuarterTurn;
  /** Applied before the rotation: left and right of the image as stored are exchanged. */
  flipHorizontal: boolean;
  flipVertical: boolean;
}

/** The camera's limits, in CSS pixels per display unit. */
export const zoomLimits = { least: 0.02, most: 64 } as const;

/** An image as it was stored, filling its viewport. */
export const fittedCamera: Camera = {
  fitted: true,
  zoom: 1,
  panX: 0,
  panY: 0,
  rotation: 0,
  flipHorizontal: false,
  flipVertical: false,
};

/** Width and height of one image pixel in display units: 1 for the shorter side. */
export function pixelExtent(image: PixelShape): Point {
  const [row, column] = image.spacingMm ?? image.pixelAspect ?? [1, 1];
  const shorter = Math.min(row, column);
  return shorter > 0 ? { x: column / shorter, y: row / shorter } : { x: 1, y: 1 };
}

/** Millimetres per display unit; undefined where the spacing is unknown. */
export function millimetresPerUnit(image: ImageShape): number | undefined {
  return image.spacingMm && Math.min(...image.spacingMm);
}

/** The image's extent in display units after rotation. */
function turnedExtent(image: ImageShape, rotation: QuarterTurn): ViewSize {
  const pixel = pixelExtent(image);
  const width = image.columns * pixel.x;
  const height = image.rows * pixel.y;
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** The zoom at which the whole image is just visible. */
export function fitZoom(image: ImageShape, rotation: QuarterTurn, view: ViewSize): number {
  const extent = turnedExtent(image, rotation);
  return clampZoom(Math.min(view.width / extent.width, view.height / extent.height));
}

/** The camera with its zoom and pan spelled out: what `fitted` means in this viewport. */
export function resolveCamera(camera: Camera, image: ImageShape, view: ViewSize): Camera {
  const { region, ...rest } = camera;
  if (!camera.fitted) return rest;
  const whole = { ...rest, zoom: fitZoom(image, camera.rotation, view), panX: 0, panY: 0 };
  return region ? fitRegion(whole, { image, view }, region) : whole;
}

/** Brings a region to the middle, as large as fits but never smaller than the whole image would be. */
function fitRegion(whole: Camera, { image, view }: Scene, region: Region): Camera {
  const part = { ...image, rows: region.bottom - region.top, columns: region.right - region.left };
  const zoom = Math.max(whole.zoom, fitZoom(part, whole.rotation, view));
  const spelt = { ...whole, fitted: false, zoom };
  const middle = { x: (region.left + region.right) / 2, y: (region.top + region.bottom) / 2 };
  const at = mapPoint(imageToScreen(spelt, image, view), middle);
  const panX = (view.width / 2 - at.x) / zoom;
  const panY = (view.height / 2 - at.y) / zoom;
  return { ...whole, zoom, panX, panY };
}

function clampZoom(zoom: number): number {
  return Math.min(zoomLimits.most, Math.max(zoomLimits.least, zoom));
}

const cosines = { 0: 1, 90: 0, 180: -1, 270: 0 } as const;
const sines = { 0: 0, 90: 1, 180: 0, 270: -1 } as const;

/** An affine map as the canvas takes it: x' = a x + c y + e, y' = b x + d y + f. */
export interface Affine {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

/** From image coordinates to the screen, in CSS pixels. */
export function imageToScreen(camera: Camera, image: ImageShape, view: ViewSize): Affine {
  const { zoom, panX, panY, rotation, flipHorizontal, flipVertical } = resolveCamera(camera, image, view);
  const pixel = pixelExtent(image);
  const scaleX = pixel.x * (flipHorizontal ? -1 : 1) * zoom;
  const scaleY = pixel.y * (flipVertical ? -1 : 1) * zoom;
  const cosine = cosines[rotation];
  const sine = sines[rotation];
  const a = cosine * scaleX;
  const b = sine * scaleX;
  const c = -sine * scaleY;
  const d = cosine * scaleY;
  return {
    a,
    b,
    c,
    d,
    e: view.width / 2 + zoom * panX - (a * image.columns) / 2 - (c * image.rows) / 2,
    f: view.height / 2 + zoom * panY - (b * image.columns) / 2 - (d * image.rows) / 2,
  };
}

/** Applies an affine map to a point. */
export function mapPoint(map: Affine, point: Point): Point {
  return { x: map.a * point.x + map.c * point.y + map.e, y: map.b * point.x + map.d * point.y + map.f };
}

/** The map back; the map must not be degenerate, which no camera's is. */
export function invertAffine(map: Affine): Affine {
  const determinant = map.a * map.d - map.b * map.c;
  return {
    a: map.d / determinant,
    b: -map.b / determinant,
    c: -map.c / determinant,
    d: map.a / determinant,
    e: (map.c * map.f - map.d * map.e) / determinant,
    f: (map.b * map.e - map.a * map.f) / determinant,
  };
}

/** What the camera looks at and where it is shown. */
export interface Scene {
  image: ImageShape;
  view: ViewSize;
}

/** Multiplies the zoom; the image point under `pointer` (CSS pixels) stays under it. */
export function zoomAt(camera: Camera, scene: Scene, zooming: { factor: number; pointer: Point }): Camera {
  const from = resolveCamera(camera, scene.image, scene.view);
  const zoom = clampZoom(from.zoom * zooming.factor);
  const shift = 1 / zoom - 1 / from.zoom;
  return {
    ...from,
    fitted: false,
    zoom,
    panX: from.panX + (zooming.pointer.x - scene.view.width / 2) * shift,
    panY: from.panY + (zooming.pointer.y - scene.view.height / 2) * shift,
  };
}

/** Moves the image with the pointer, by CSS pixels. */
export function panBy(camera: Camera, scene: Scene, distance: Point): Camera {
  const from = resolveCamera(camera, scene.image, scene.view);
  return {
    ...from,
    fitted: false,
    panX: from.panX + distance.x / from.zoom,
    panY: from.panY + distance.y / from.zoom,
  };
}

/** Sets the zoom (CSS pixels per display unit) about the viewport's centre. */
export function setZoom(camera: Camera, scene: Scene, zoom: number): Camera {
  const from = resolveCamera(camera, scene.image, scene.view);
  const pointer = { x: scene.view.width / 2, y: scene.view.height / 2 };
  return zoomAt(from, scene, { factor: zoom / from.zoom, pointer });
}

/** A quarter turn clockwise; what is at the viewport's centre stays there. */
export function rotateClockwise(camera: Camera): Camera {
  return {
    ...camera,
    rotation: ((camera.rotation + 90) % 360) as QuarterTurn,
    panX: -camera.panY,
    panY: camera.panX,
  };
}

/** Exchanges left and right as seen on the screen now; what is at the viewport's centre stays there. */
export function flipLeftRight(camera: Camera): Camera {
  const upright = camera.rotation % 180 === 0;
  return {
    ...camera,
    flipHorizontal: upright ? !camera.flipHorizontal : camera.flipHorizontal,
    flipVertical: upright ? camera.flipVertical : !camera.flipVertical,
    panX: -camera.panX,
  };
}

/** Exchanges top and bottom as seen on the screen now; what is at the viewport's centre stays there. */
export function flipTopBottom(camera: Camera): Camera {
  const upright = camera.rotation % 180 === 0;
  return {
    ...camera,
    flipHorizontal: upright ? camera.flipHorizontal : !camera.flipHorizontal,
    flipVertical: upright ? !camera.flipVertical : camera.flipVertical,
    panY: -camera.panY,
  };
}

/**
 * The camera that shows another image as this one is shown: at the same scale in millimetres where both spacings
 * are known, else with the same share of the image's longer side.
 */
export function transferCamera(camera: Camera, from: ImageShape, to: ImageShape): Camera {
  if (camera.fitted) {
    const { region, ...whole } = camera;
    // A region is counted in pixels, which another matrix places elsewhere.
    return region && from.rows === to.rows && from.columns === to.columns ? camera : whole;
  }
  const fromUnit = millimetresPerUnit(from);
  const toUnit = millimetresPerUnit(to);
  const ratio =
    fromUnit !== undefined && toUnit !== undefined ? toUnit / fromUnit : longerSide(from) / longerSide(to);
  const zoom = clampZoom(camera.zoom * ratio);
  return { ...camera, zoom, panX: camera.panX / ratio, panY: camera.panY / ratio };
}

function longerSide(image: ImageShape): number {
  const extent = turnedExtent(image, 0);
  return Math.max(extent.width, extent.height);
}

/** A scale bar: its length in CSS pixels and what it stands for. */
export interface ScaleBar {
  pixels: number;
  label: string;
}

/**
 * The longest bar of 1, 2 or 5 times a power of ten that stays within `longest` CSS pixels.
 * @param zoom CSS pixels per display unit
 * @param unitMm millimetres per display unit; without it the bar measures image pixels
 */
export function chooseScaleBar(zoom: number, unitMm: number | undefined, longest: number): ScaleBar {
  const pixelsPerLength = zoom / (unitMm ?? 1);
  const length = longest / pixelsPerLength;
  const power = 10 ** Math.floor(Math.log10(length));
  const step = [5, 2, 1].find((candidate) => candidate * power <= length * (1 + 1e-9)) ?? 1;
  const chosen = step * power;
  const digits = Math.max(0, -Math.floor(Math.log10(chosen)));
  return {
    pixels: chosen * pixelsPerLength,
    label: `${chosen.toFixed(digits)} ${unitMm === undefined ? "px" : "mm"}`,
  };
}
