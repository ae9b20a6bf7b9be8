import dcmjs from "dcmjs";

const { Colors } = dcmjs.data;

type Triple = [number, number, number];

/** `#RRGGBB` as Recommended Display CIELab Value: three 16-bit numbers (PS3.3 C.10.7.1.1). */
export function cieLabOf(colour: string): Triple {
  const value = Number.parseInt(colour.slice(1), 16);
  const rgb: Triple = [(value >> 16) / 255, ((value >> 8) & 0xff) / 255, (value & 0xff) / 255];
  const [l, a, b] = Colors.rgb2DICOMLAB(rgb).map((part) => Math.min(65_535, Math.max(0, Math.round(part))));
  return [l!, a!, b!];
}

/** The nearest `#RRGGBB` of a Recommended Display CIELab Value. */
export function colourOfCieLab(lab: Triple): string {
  return hexColour(Colors.dicomlab2RGB(lab).map((part) => part * 255));
}

/** Red, green and blue from 0 to 255 as `#RRGGBB`; what is beyond is brought in. */
export function hexColour(rgb: readonly number[]): string {
  const digits = rgb.map((part) =>
    Math.min(255, Math.max(0, Math.round(part)))
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${digits.join("").toUpperCase()}`;
}
